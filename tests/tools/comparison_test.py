"""`bispike compare`: every row from every seed, once; what was interrupted goes on. Usage: FILE PROGRAM."""
import json
import shutil
import signal
import statistics
import subprocess
import time

import browser
import toy

TIMED = ["images_per_second", "peak_memory_bytes", "training_seconds"]


def untimed(comparison):
    """The rows of compare.json without what differs from run to run."""
    rows = comparison["rows"]
    for row in rows:
        for part in [row, *row["seeds"]]:
            for key in TIMED:
                del part[key]
    return rows


class ComparisonTest(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.list = self.write_list("bsa toy.ini  # as it is", "", "ssa toy.ini --attention.model ssa",
                                    "bmp toy.ini --attention.query_key binary")

    def write_list(self, *lines):
        (self.folder / "rows.txt").write_text("\n".join(lines) + "\n")
        return "rows.txt"

    def compare(self, *arguments):
        printed = self.succeed("compare", self.list, "--output", "out", "--seeds", "3,7", *arguments)
        return printed, json.loads((self.folder / "out/compare.json").read_text())

    def refuse_compare(self, *arguments, says, status=1):
        self.refuse("compare", *arguments, "--output", "out", says=says, status=status)
        self.assertFalse((self.folder / "out").exists(), "something was trained before all rows were looked at")


class Table(ComparisonTest):
    def test_every_row_from_every_seed(self):
        printed, comparison = self.compare("--train.epochs", 1)
        self.assertEqual([row["name"] for row in comparison["rows"]], ["bsa", "ssa", "bmp"])
        for row in comparison["rows"]:
            self.assertEqual([cell["seed"] for cell in row["seeds"]], [3, 7])
            for key in ["accuracy", "energy_pj", "ac", "parameters"]:
                values = [cell[key] for cell in row["seeds"]]
                self.assertAlmostEqual(row[key]["mean"], statistics.mean(values))
                self.assertAlmostEqual(row[key]["deviation"], statistics.stdev(values))
            self.assertEqual(len(row["accuracy_by_step"]), 4)
        self.assertEqual(comparison["rows"][1]["flags"], "--attention.model ssa")
        self.assertNotEqual(*[cell["model_hash"] for cell in comparison["rows"][0]["seeds"]])
        table = (self.folder / "out/compare.md").read_text()
        for row in comparison["rows"]:
            self.assertRegex(printed, rf"(?m)^{row['name']} .*±")
            self.assertRegex(table, rf"(?m)^\| {row['name']} \|")

    def test_a_cell_holds_what_the_verbs_themselves_make(self):
        _, comparison = self.compare("--train.epochs", 1)
        self.succeed("train", self.config, "--attention.model", "ssa", "--train.epochs", 1, "--train.seed", 7, "--output",
                     "alone", "--quiet")
        self.succeed("simulate", "alone/model.h5", "--output", "alone/test", "--quiet")
        results = json.loads((self.folder / "alone/test/results.json").read_text())
        cell = comparison["rows"][1]["seeds"][1]
        self.assertEqual((cell["accuracy"], cell["model_hash"]), (results["accuracy"], results["model_hash"]))
        energy = json.loads((self.folder / "alone/test/energy.json").read_text())["conventions"]
        self.assertEqual([cell["energy_pj"]], [c["energy_pj"] for c in energy if c["name"] == "exact"])

    def test_configs_are_rows_too(self):
        self.succeed("compare", "toy.ini", "--output", "out", "--seeds", 1, "--train.epochs", 1, "--quiet")
        row = json.loads((self.folder / "out/compare.json").read_text())["rows"][0]
        self.assertEqual((row["name"], row["accuracy"]["deviation"]), ("toy", None))


class Converted(ComparisonTest):
    def setUp(self):
        super().setUp()
        (self.folder / "vit.ini").write_text(toy.VIT_CONFIG.format(images=self.images, attention="softmax"))
        self.write_list("ann vit.ini", "tuned tune ann --quantised lsq --levels 8 --train.epochs 1 --train.learning_rate 1e-3",
                        "snn convert tuned --method st_bif --timesteps 16", "few convert ann --method ecmt --simulate.images 9")

    def test_rows_of_rows(self):
        printed, comparison = self.compare()
        ann, tuned, snn, few = comparison["rows"]
        self.assertEqual([row["origin"] for row in comparison["rows"]], ["vit.ini", "tune ann", "convert tuned", "convert ann"])
        self.assertEqual(len(snn["accuracy_by_step"]), 16)
        self.assertNotIn("source_accuracy", tuned["seeds"][0])
        for source, row in [(tuned, snn), (ann, few)]:
            for before, cell in zip(source["seeds"], row["seeds"]):
                self.assertEqual(cell["training_seconds"], before["training_seconds"])
                near = [a >= cell["source_accuracy"] - 0.01 - 1e-9 for a in cell["accuracy_by_step"]]
                steps = near.index(True) + 1 if any(near) else None
                self.assertEqual(cell["steps_to_source"], steps)
                self.assertAlmostEqual(sum(cell["energy_by_step_pj"]), cell["energy_pj"], delta=1e-6 * cell["energy_pj"])
                self.assertEqual(cell["energy_to_source_pj"], steps and sum(cell["energy_by_step_pj"][:steps]))
        self.assertEqual([cell["source_accuracy"] for cell in snn["seeds"]], [cell["accuracy"] for cell in tuned["seeds"]])
        self.assertGreater(tuned["training_seconds"]["mean"], ann["training_seconds"]["mean"])
        self.assertNotEqual(few["seeds"][0]["data_hash"], ann["seeds"][0]["data_hash"])
        source = json.loads((self.folder / "out/few/seed-3/source/results.json").read_text())
        self.assertEqual((source["images"], source["model_hash"]), (9, ann["seeds"][0]["model_hash"]))
        self.assertIn("T within", printed)
        again, second = self.compare()
        self.assertEqual(again.count("from before"), 8)
        self.assertEqual(comparison, second)

    def test_a_row_that_starts_from_weights_is_tuned_and_converted(self):
        self.config = self.folder / "vit.ini"
        self.train("before")
        self.write_list("ann vit.ini --model.weights before/model.h5", "q tune ann --quantised lsq --levels 8",
                        "snn convert ann --method st_bif --timesteps 4")
        _, comparison = self.compare("--train.epochs", 1)
        self.assertEqual([row["name"] for row in comparison["rows"]], ["ann", "q", "snn"])

    def test_flags_of_testing_are_for_all_rows(self):
        prices = self.write_prices(0.5)
        _, comparison = self.compare("--simulate.images", 5, "--energy.prices", prices)
        for row in comparison["rows"]:
            for cell in row["seeds"]:
                test = json.loads((self.folder / f"out/{row['name']}/seed-{cell['seed']}/test/results.json").read_text())
                self.assertEqual(test["images"], 9 if row["name"] == "few" else 5)
                self.assertEqual(test["energy_prices_pj"]["mac"], 0.5)

    def write_prices(self, mac):
        shipped = toy.pathlib.Path(__file__).parents[2] / "configs/energy/45nm.ini"
        lines = [f"mac = {mac}" if line.startswith("mac ") else line for line in shipped.read_text().splitlines()]
        (self.folder / "prices.ini").write_text("\n".join(lines) + "\n")
        return "prices.ini"

    def test_another_source_is_another_cell(self):
        self.compare("--train.epochs", 1)
        shutil.rmtree(self.folder / "out/ann")
        shutil.rmtree(self.folder / "out/tuned")
        self.refuse("compare", self.list, "--output", "out", "--seeds", "3,7", says=["out/snn/seed-3", "cell.txt"])

    def test_refused_before_anything_is_trained(self):
        for line, says in [("a convert", ["rows.txt:2", "no ROW"]), ("a convert cat --method st_bif", ["a is made of cat", "no row before"]),
                           ("a convert ann --method st-bif", ["a: --method", "st_bif"]), ("a convert ann --levles 8", ["a:", "levles"]),
                           ("a tune ann --quantised sq", ["a: --quantised", "lsq"]), ("a tune ann", ["a:", "--quantised"]),
                           ("a convert ann --quantised lsq", ["a:", "takes --method"]),
                           ("a tune ann --method st_bif", ["a:", "takes --quantised"]),
                           ("a convert ann --method st_bif --network.timesteps 5", ["a:", "--timesteps T"]),
                           ("a tune ann --quantised lsq --train.epochs abc", ["a ", "train.epochs"]),
                           ("a tune ann --quantised lsq --train.bogus 1", ["a ", "train.bogus"]),
                           ("a convert ann --method st_bif --simulate.bogus 1", ["a ", "simulate.bogus"]),
                           ("a tune ann --quantised lsq --train.seed 9", ["a:", "--seeds"])]:
            self.write_list("ann vit.ini", line)
            self.refuse_compare("rows.txt", says=says)
        self.write_list("ann vit.ini", "a convert ann --method st_bif", "b convert a --method st_bif")
        self.refuse_compare("rows.txt", says=["b is made of a", "converted"])

    def test_what_a_row_is_made_of_is_looked_at_before_anything_is_trained(self):
        for lines, says in [(["a convert ann --method qcfs"], ["a cannot be converted", "train with network.quantiser = qcfs"]),
                            (["q tune ann --quantised lsq", "a convert q --method qcfs"], ["a cannot be converted", "= qcfs"]),
                            (["q tune ann --quantised lsq", "a convert q --method st_bif --levels 4"], ["a: --levels 4", "q/"]),
                            (["q tune ann --quantised lsq", "a tune q --quantised qcfs"], ["a: --quantised qcfs", "already"]),
                            (["c vit.ini --attention.model cat", "a convert c --method st_bif"], ["a cannot", "cat", "softmax"]),
                            (["c vit.ini --encoder.model rate", "a convert c --method st_bif"], ["a cannot", "= direct"]),
                            (["c vit.ini --attention.model cat", "a tune c --quantised lsq"], ["a cannot be trained", "softmax"])]:
            self.write_list("ann vit.ini", *lines)
            self.refuse_compare("rows.txt", says=says)


class Page(ComparisonTest):
    @browser.needed
    def test_each_figure_draws(self):
        self.compare("--train.epochs", 1)
        for width in [1280, 390]:
            dom, console = browser.draw(self.folder / "out/compare.html", width)
            self.assertEqual(console, [])
            browser.require_sound(self, dom)
            self.assertEqual(browser.figures(dom), {name: "true" for name in ["accuracy", "accuracy-energy",
                                                                              "accuracy-by-step", "accuracy-by-energy", "table"]})
            self.assertEqual(len(browser.ink(dom)), 4)
            self.assertGreater(min(browser.ink(dom)), 0)


class Again(ComparisonTest):
    def test_nothing_is_run_twice(self):
        _, first = self.compare("--train.epochs", 1)
        models = {path: path.stat().st_mtime_ns for path in self.folder.glob("out/*/*/model.h5")}
        self.assertEqual(len(models), 6)
        printed, second = self.compare("--train.epochs", 1)
        self.assertEqual(printed.count("from before"), 6)
        self.assertEqual({path: path.stat().st_mtime_ns for path in models}, models)
        self.assertEqual(first, second)

    def test_an_interrupted_comparison_goes_on_to_the_same_figures(self):
        epochs = ["--train.epochs", "12"]
        command = [self.program, "compare", self.list, "--output", "out", "--seeds", "3,7", *epochs]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            while not list(self.folder.glob("out/ssa/seed-3/checkpoint.h5")):
                self.assertIsNone(run.poll(), "it ended before it could be interrupted")
                time.sleep(0.002)
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=300)
        self.assertEqual(run.returncode, 1)
        self.assertIn("the same command goes on", said)
        self.assertFalse((self.folder / "out/compare.json").exists())
        _, resumed = self.compare(*epochs)
        self.succeed("compare", self.list, "--output", "whole", "--seeds", "3,7", *epochs, "--quiet")
        whole = json.loads((self.folder / "whole/compare.json").read_text())
        self.assertEqual(untimed(resumed), untimed(whole))

    def test_damaged_cells_are_named(self):
        self.compare("--train.epochs", 1)
        again = ["compare", self.list, "--output", "out", "--seeds", "3,7", "--train.epochs", 1]
        energy = self.folder / "out/ssa/seed-7/test/energy.json"
        whole = energy.read_text()
        short = json.loads(whole)
        short["attribution"]["by_step_pj"].pop()
        for text, says in [(json.dumps(short), "energies of 3"), (whole[:100], "energy.json"), ("{}", "damaged")]:
            energy.write_text(text)
            self.refuse(*again, says=["out/ssa/seed-7", says])
        energy.write_text(whole)
        self.succeed(*again)
        (self.folder / "out/ssa/seed-7/cell.txt").unlink()
        self.refuse(*again, says=["out/ssa/seed-7", "cell.txt"])

    def test_a_cell_of_other_flags_is_left_alone(self):
        self.compare("--train.epochs", 1)
        self.refuse("compare", self.list, "--output", "out", "--seeds", "3,7", "--train.epochs", 2,
                    says=["out/bsa/seed-3", "cell.txt"])
        self.config.write_text(self.config.read_text() + "\n# another\n")
        self.refuse("compare", self.list, "--output", "out", "--seeds", "3,7", "--train.epochs", 1, says="out/bsa/seed-3")


class Shipped(toy.ProgramTest):
    def test_every_row_that_is_trained_makes_a_network(self):
        lists = toy.pathlib.Path(__file__).parents[2] / "configs/compare"
        for name, side in [("fashion_mnist.txt", 28), ("cifar10.txt", 32)]:
            images = toy.write_blank_images(self.folder / name, side)
            lines = [line.split("#")[0].split() for line in (lists / name).read_text().splitlines()]
            trained = [line[1:] for line in lines if line and line[1].endswith(".ini")]
            self.assertGreater(len(trained), 8)
            for config, *flags in trained:
                printed = self.succeed("train", lists / config, *flags, "--data.set", f"idx:{images}", "--print-config")
                self.assertIn("[attention]", printed)


class Refused(ComparisonTest):
    def test_a_row_that_cannot_be_trained_before_any_is(self):
        self.write_list("fine toy.ini", "wrong toy.ini --attention.modle ssa")
        self.refuse_compare("rows.txt", says=["wrong", "attention.modle", "attention.model"])

    def test_lists(self):
        for lines, says in [(["cat"], ["rows.txt:1", "NAME CONFIG.ini"]), (["a toy.ini", "../b toy.ini"], ["rows.txt:2", "../b"]),
                            (["a toy.ini", "a toy.ini"], "two rows are called a"), (["# nothing"], "has no row"),
                            (["a no.ini"], "no.ini")]:
            self.write_list(*lines)
            self.refuse_compare("rows.txt", says=says)
        self.refuse_compare("no.txt", says="no.txt")

    def test_names_of_its_own_files(self):
        self.write_list("compare.json toy.ini")
        self.refuse_compare("rows.txt", says=["rows.txt:1", "compare.*"])

    def test_seeds(self):
        self.refuse_compare("toy.ini", "--seeds", "", says="--seeds")
        self.refuse_compare("toy.ini", "--seeds", "1,1", says="--seeds = 1,1")
        self.refuse_compare("toy.ini", "--seeds", "one", says="--seeds")
        self.refuse_compare("toy.ini", "--train.seed", 3, says="--seeds", status=2)

    def test_the_command_line(self):
        self.refuse("compare", "toy.ini", says="--output", status=2)
        self.refuse_compare(says="configs", status=2)


if __name__ == "__main__":
    toy.main()
