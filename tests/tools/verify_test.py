"""`bispike verify`: a run is repeated to the bit, and what differs is named. Usage: FILE PROGRAM."""
import json
import re

import h5py

import toy


class VerifyTest(toy.ProgramTest):
    def results(self):
        return json.loads((self.folder / "run/results.json").read_text())

    def change(self, **figures):
        """Rewrites figures of run/results.json."""
        (self.folder / "run/results.json").write_text(json.dumps({**self.results(), **figures}))


class Simulation(VerifyTest):
    def setUp(self):
        super().setUp()
        self.model = self.train("trained")
        self.simulate()

    def simulate(self, *arguments):
        self.succeed("simulate", self.model, "--output", "run", "--quiet", *arguments)

    def test_a_run_is_repeated_on_any_number_of_threads(self):
        for cut in [[], ["--threads", 1], ["--threads", 3]]:
            before = self.checksums()
            self.assertEqual(self.succeed("verify", "run", *cut),
                             "run: repeated to the bit: results.json, energy.json\n")
            self.assertEqual(self.checksums(), before)

    def test_the_answers_do_not_depend_on_threads_batches_and_chunks(self):
        first = self.results()
        for cut in [["--threads", 1], ["--simulate.batch", 5], ["--simulate.chunk", 1]]:
            self.simulate(*cut)
            self.assertEqual(self.results()["answers_hash"], first["answers_hash"], cut)
        self.simulate("--simulate.images", 23)
        self.assertNotEqual(self.results()["answers_hash"], first["answers_hash"])
        self.assertNotEqual(self.results()["data_hash"], first["data_hash"])
        self.assertEqual(self.results()["model_hash"], first["model_hash"])

    def test_every_result_carries_where_it_comes_from(self):
        results = self.results()
        for key in ["model_hash", "data_hash", "answers_hash"]:
            self.assertRegex(results[key], "^[0-9a-f]{64}$")
        self.assertEqual((results["seed"], results["run"]), (42, "simulate"))
        self.assertRegex(results["compiler"], r"^\w+ [\d.]+$")
        self.assertEqual(results["settings"]["network.dim"], "8")
        self.assertIn(f"compiler {results['compiler']}", results["version"])
        log = (self.folder / "run/run.log").read_text()
        for key in ["model_hash", "data_hash", "answers_hash"]:
            self.assertIn(results[key], log)

    def test_stochastic_runs_repeat_too(self):
        self.simulate("--encoder.model", "rate", "--simulate.seed", 7)
        self.assertEqual(self.results()["seed"], 7)
        self.succeed("verify", "run", "--threads", 1)
        first = self.results()["answers_hash"]
        self.simulate("--encoder.model", "rate", "--simulate.seed", 8)
        self.assertNotEqual(self.results()["answers_hash"], first)

    def test_figures_that_differ_are_named(self):
        spikes = self.results()["spikes"]
        self.change(spikes=spikes + 1, answers_hash="0" * 64, seconds=1e9, threads=99)
        done = self.run_program("verify", "run")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertIn("run is not repeated: 2 figures differ, the first is answers_hash", done.stderr)
        self.assertIn(f"differs spikes: {spikes + 1} then, {spikes} now\n", done.stdout)
        self.assertNotIn("another", done.stdout)

    def test_energy_is_counted_again(self):
        path = self.folder / "run/energy.json"
        energy = json.loads(path.read_text())
        layer = next(i for i, l in enumerate(energy["layers"]) if l["name"] == "block.0.attn.q")
        executed = energy["layers"][layer]["sum"]["executed"]
        energy["layers"][layer]["sum"]["executed"] += 1
        energy["network"], energy["threads"] = "elsewhere.h5", 99  # which every run has of its own
        path.write_text(json.dumps(energy))
        done = self.run_program("verify", "run")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        key = f"energy.layers.{layer}.sum.executed"
        self.assertIn(f"run is not repeated: 1 figures differ, the first is {key}", done.stderr)
        self.assertIn(f"differs {key}: {executed + 1} then, {executed} now\n", done.stdout)
        path.write_text("[")
        self.refuse("verify", "run", says="energy.json is no JSON object")
        path.unlink()
        self.assertEqual(self.succeed("verify", "run"), "run: repeated to the bit: results.json\n")

    def test_energy_at_other_prices_is_counted_at_them_again(self):
        tables = toy.pathlib.Path(__file__).parents[2] / "configs/energy"
        self.simulate("--energy.prices", tables / "45nm_int8.ini")
        self.assertIn("energy.json", self.succeed("verify", "run"))

    def test_another_model_is_said_first(self):
        with h5py.File(self.model, "r") as file:
            self.assertIn("weights", file)
        self.train("other", "--train.seed", 9)
        self.model.write_bytes((self.folder / "other/model.h5").read_bytes())
        done = self.run_program("verify", "run", "--quiet")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        lines = self.run_program("verify", "run").stdout.splitlines()
        self.assertTrue(lines[0].startswith("another model_hash: "), lines)
        self.assertTrue(any(line.startswith("differs answers_hash") for line in lines), lines)

    def test_other_data_are_said_first(self):
        path = self.folder / "images/t10k-labels-idx1-ubyte"
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
        done = self.run_program("verify", "run")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith("another data_hash: "), done.stdout)

    def test_another_program_is_said_but_equal_bits_are_equal(self):
        self.change(version="bispike 0.0.1", dispatch="NONE")
        lines = self.succeed("verify", "run").splitlines()
        self.assertEqual([re.split(":", line)[0] for line in lines], ["another version", "another dispatch", "run"])

    def test_what_is_no_run(self):
        self.refuse("verify", "nowhere", says=["nowhere", "config.ini"])
        (self.folder / "half").mkdir()
        (self.folder / "half/config.ini").write_text("")
        self.refuse("verify", "half", says="half/results.json")
        self.refuse("verify", says="the folder of a run", status=2)
        (self.folder / "run/results.json").write_text("{}")
        self.refuse("verify", "run", says="results.json is none of")


class Training(VerifyTest):
    def test_a_training_is_repeated(self):
        self.train("run", "--threads", 1)
        results = self.results()
        self.assertEqual((results["run"], results["seed"], len(results["epochs"])), ("train", 42, 1))
        before = self.checksums()
        self.assertEqual(self.succeed("verify", "run"), "run: repeated to the bit: results.json\n")
        self.assertEqual(self.checksums(), before)
        self.change(weights_hash="0" * 64)
        self.refuse("verify", "run", says="1 figures differ, the first is weights_hash")

    def test_a_model_that_was_trained_carries_where_it_comes_from(self):
        model = self.train("run")
        results = self.results()
        with h5py.File(model, "r") as file:
            origin = file["provenance"].attrs if "provenance" in file else {}
            for key in ["model_hash", "data_hash", "compiler", "dispatch"]:
                self.assertEqual(origin[key], results[key])
            self.assertEqual((origin["seed"], origin["threads"]), (str(results["seed"]), str(results["threads"])))
        simulated = json.loads(self.succeed("simulate", model, "--json"))
        self.assertEqual(simulated["model_hash"], results["weights_hash"])
        self.assertEqual(simulated["correct"], results["epochs"][-1]["test_correct"])

    def test_the_epochs_are_there_after_a_pause(self):
        self.succeed("train", self.config, "--output", "whole", "--quiet")
        self.train("run")
        (self.folder / "run/model.h5").unlink()
        self.succeed("train", self.config, "--output", "run", "--quiet", "--resume", "--train.epochs", 1)
        self.assertEqual([epoch["epoch"] for epoch in self.results()["epochs"]], [1])
        self.succeed("verify", "run")


if __name__ == "__main__":
    toy.main()
