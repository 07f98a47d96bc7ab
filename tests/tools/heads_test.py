"""Heads on the frozen tokens of a network, from the outside."""
import json
import signal
import subprocess
import time

import h5py
import numpy

import toy

SMALL = ["--heads.grid", 2, "--heads.channels", 4, "--heads.blocks", 1, "--heads.gates", 2, "--heads.rank", 4,
         "--heads.epochs", 5, "--heads.iterations", 2000, "--heads.beta", 0.1]


class Heads(toy.ProgramTest):
    def model(self, pool="mean", token="false", output="ann"):
        self.config.write_text(toy.VIT_CONFIG.format(images=self.images, attention="softmax"))
        return self.train(output, "--network.patch", 2, "--network.class_token", token, "--network.pool", pool)

    def fit(self, model, *arguments, output="fitted"):
        text = self.succeed("heads", model, "--output", output, *SMALL, *arguments)
        return text, json.loads((self.folder / output / "results.json").read_text())


class Fits(Heads):
    def test_one_table_of_every_head_form_and_solver(self):
        text, found = self.fit(self.model())
        rows = {(r["head"], r["form"], r["solver"]): r for r in found["rows"]}
        heads = ["self_attention", "mlp_mixer", "fno", "b_fno", "mlp"]
        wanted = {(h, f, s) for h in heads for f in ["linear", "gated"] for s in ["convex", "factored", "network"]}
        wanted |= {(h, "relu", "network") for h in heads} | {("linear", "linear", "convex")}
        self.assertEqual(set(rows), wanted)
        self.assertEqual((found["tokens"], found["channels"], found["train_images"], found["test_images"]), (4, 4, 48, 24))
        for (head, form, solver), row in rows.items():
            if form == "relu":
                self.assertIsNone(row["relative_gap"])
                continue
            self.assertGreaterEqual(row["relative_gap"], -1e-9)
            if head == "linear" or solver == "network":
                continue
            self.assertLess(row["relative_gap"], 1e-2, (head, form, solver))
            # One optimum, however it is found, within what the gaps leave open.
            exact = rows[head, form, "convex"]
            open_share = row["relative_gap"] * row["objective"] + exact["relative_gap"] * exact["objective"]
            self.assertLessEqual(abs(row["objective"] - exact["objective"]), open_share)
        self.assertEqual(rows["linear", "linear", "convex"]["parameters"], 4 * 3)
        self.assertEqual(rows["mlp", "linear", "network"]["mac_per_image"], 4 * (4 * 4 + 3))
        self.assertEqual(rows["mlp", "gated", "network"]["gate_values"], 2 * 4)
        table = (self.folder / "fitted/heads.md").read_text()
        self.assertEqual(len(table.splitlines()), len(rows) + 2)
        for words in ["self_attention", "the network's own head", "heads.h5"]:
            self.assertIn(words, text)

    def test_fitted_heads_are_read_again_and_answer_alike(self):
        model = self.model()
        _, found = self.fit(model)
        lines = self.succeed("heads", model, "--fitted", "fitted/heads.h5").splitlines()[1:]
        self.assertEqual([line.split()[:3] + line.split()[-2:-1] for line in lines],
                         [[r["head"], r["form"], r["solver"], f"{100 * r['accuracy']:.2f}"] for r in found["rows"]])
        with h5py.File(self.folder / "fitted/heads.h5") as file:
            gated = next(g for g in file["heads"].values() if g.attrs["form"] == "gated")
            self.assertEqual(gated["gates"].shape, (2, 16))
            self.assertEqual(gated["u/1"].shape[1], 16)
        other = self.model(output="other", pool="token", token="true")
        self.refuse("heads", other, "--fitted", "fitted/heads.h5", says=["another network", "model_hash"])
        self.refuse("heads", model, "--fitted", model, says="not a file of fitted heads")

    def test_the_same_bits_for_any_number_of_threads_and_another_seed_differs(self):
        model = self.model(pool="token", token="true")
        runs = []
        for name, more in [("a", ["--threads", 1]), ("b", ["--threads", 3]), ("c", ["--heads.seed", 2])]:
            self.fit(model, "--heads.heads", "self_attention,fno", "--heads.iterations", 50, *more, output=name)
            with h5py.File(self.folder / name / "heads.h5") as file:
                runs.append([file[f"heads/{i:03}/u/0"][:] for i in range(14) if f"heads/{i:03}/u/0" in file])
        self.assertGreater(len(runs[0]), 10)
        self.assertTrue(all(numpy.array_equal(a, b) for a, b in zip(runs[0], runs[1], strict=True)))
        self.assertFalse(all(a.shape == b.shape and numpy.array_equal(a, b) for a, b in zip(runs[0], runs[2])))

    def test_a_network_of_spikes_has_tokens_too(self):
        model = self.train()
        _, found = self.fit(model, "--heads.heads", "mlp", "--heads.solvers", "convex")
        self.assertEqual([r["form"] for r in found["rows"]], ["linear", "gated"])

    def test_the_squared_loss_and_one_line_of_a_config(self):
        model = self.model()
        _, found = self.fit(model, "--heads.loss", "squared", "--heads.heads", "mlp_mixer", "--heads.forms", "gated",
                            "--heads.solvers", "convex,factored")
        self.assertEqual([r["solver"] for r in found["rows"]], ["convex", "factored"])
        self.assertLess(abs(found["rows"][0]["objective"] - found["rows"][1]["objective"]), 1e-3)
        self.assertIn("loss = squared", (self.folder / "fitted/config.ini").read_text())
        self.assertIn("heads", self.succeed("heads", model, "--print-config"))


class Refuses(Heads):
    def test_what_does_not_fit_is_named_with_the_choices(self):
        model = self.model()
        out = ["--output", "x"]
        for arguments, says in [
            (["--heads.heads", "atention"], ["heads.heads", "self_attention", "mlp_mixer"]),
            (["--heads.heads", "mlp,mlp"], ["`mlp`", "twice"]),
            (["--heads.forms", "softmax"], ["heads.forms", "gated"]),
            (["--heads.solvers", "sgd"], ["heads.solvers", "factored"]),
            (["--heads.loss", "hinge"], ["heads.loss", "squared"]),
            (["--heads.blocks", 3], ["heads.blocks = 3", "choices: 1"]),
            (["--heads.exact_values", 1000], ["heads.exact_values = 1000", "48 images", "heads.solvers"]),
            (["--heads.grid", 5], ["heads.grid = 5", "1 to 4"]),
            (["--heads.channels", 9, "--heads.blocks", 1], ["heads.channels = 9", "1 to 8"]),
            (["--heads.beta", 0], ["heads.beta = 0"]),
            (["--heads.images", -1], ["heads.images"]),
            (["--heads.heads", "linear", "--heads.solvers", "network"], ["nothing to fit"]),
            (["--heads.head", "mlp"], ["heads.head"])]:
            with self.subTest(arguments=arguments):
                self.refuse("heads", model, *out, *SMALL, *arguments, says=says)
        self.refuse("heads", self.config, *out, says="trained network")
        self.refuse("heads", model, status=2, says="--output")
        self.succeed("convert", model, "--method", "st_bif", "-o", "snn.h5", "--quiet")
        self.refuse("heads", "snn.h5", *out, says="spiking_vit")

    def test_a_damaged_file_of_heads_is_refused(self):
        model = self.model()
        self.fit(model, "--heads.heads", "mlp", "--heads.forms", "gated")
        fitted = self.folder / "fitted/heads.h5"
        (self.folder / "cut.h5").write_bytes(fitted.read_bytes()[:3000])
        self.refuse("heads", model, "--fitted", "cut.h5", says="cut.h5")

        def blocks(head):
            head.attrs["blocks"] = 10**12

        def rows(head):
            u = head["u/0"][:]
            del head["u/0"]
            head["u/0"] = numpy.concatenate([u, u])

        def width(head):
            gates = head["gates"][:]
            del head["gates"]
            head["gates"] = gates[:, :1]

        for change, says in [(blocks, "1000000000000 blocks"), (rows, "second ones in block 0"), (width, "1 columns where 4 fit")]:
            with self.subTest(says=says):
                with h5py.File(fitted) as source, h5py.File(self.folder / "changed.h5", "w") as file:  # without a seal
                    for name in source:
                        source.copy(name, file)
                    file.attrs.update(source.attrs)
                    change(file["heads/001"])
                self.refuse("heads", model, "--fitted", "changed.h5", says=says)

    def test_ctrl_c_leaves_what_was_there(self):
        model = self.model()
        self.fit(model, "--heads.heads", "mlp", output="x")
        before = self.checksums()
        command = [self.program, "heads", model, "--output", "x", *SMALL, "--heads.epochs", 10**8, "--heads.heads", "mlp"]
        running = subprocess.Popen(list(map(str, command)), cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        running.stdout.readline()  # the first head is fitted
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=60)
        self.assertEqual((running.returncode, errors), (1, "bispike: interrupted; nothing was written\n"))
        self.assertEqual(self.checksums(), before)


if __name__ == "__main__":
    toy.main()
