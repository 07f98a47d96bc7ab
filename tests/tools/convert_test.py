"""From a trained artificial network to spikes, from the outside."""
import json

import h5py
import numpy

import toy

class Convert(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.config.write_text(toy.VIT_CONFIG.format(images=self.images, attention="softmax"))

    def ann(self, output="ann", *arguments):
        return self.train(output, "--train.epochs", 3, *arguments)

    def answers(self, *arguments):
        return json.loads(self.succeed("simulate", *arguments, "--json"))


class Runs(Convert):
    def test_spikes_run_like_any_model_and_come_near_the_network(self):
        ann = self.ann()
        exact = self.answers(ann)["accuracy"]
        for method in ["st_bif", "signed_qcfs", "ecmt"]:
            text = self.succeed("convert", ann, "--method", method, "-o", "snn.h5", "--timesteps", 64, "--json", "c.json")
            for words in [method, "steps from 48 images", "block.0.attn.weight_code", "head", "T = 64", "softmax", "snn.h5"]:
                self.assertIn(words, text)
            found = json.loads((self.folder / "c.json").read_text())
            self.assertEqual(found["compared_steps"], [1, 2, 4, 8, 16, 32, 64])
            self.assertEqual(len(found["quantisers"]), 9)
            head = next(layer for layer in found["layers"] if layer["layer"] == "head")
            self.assertEqual(len(head["error_by_step"]), 7)
            self.assertLess(head["error_by_step"][-1], 0.5)
            self.assertEqual({o["kind"] for o in found["not_driven_by_spikes"]},
                             {"norm", "activation", "attention", "conv"})
            results = self.answers("snn.h5")
            self.assertEqual(len(results["accuracy_by_step"]), 64)
            self.assertGreaterEqual(results["accuracy"], exact - 0.15)
            self.assertGreater(results["ac_bipolar_per_image"] + results["ac_integer_per_image"], 0)
            # norms (the first sees the same at every step), weights of 2 heads, GELU: each of 64 steps
            nonlinear = (1 + 64) * 5 * 8 + 64 * 8 + 64 * 2 * 5 * 5 + 64 * 5 * 16
            self.assertEqual(results["mac_per_image"], 4 * 16 * 8 + nonlinear)  # and the patches, once
            self.assertEqual(results["nonlinear_mac_per_image"], nonlinear)
            self.assertEqual(sum(o["mac_per_image"] for o in found["not_driven_by_spikes"]), results["mac_per_image"])
            shifts = results["ac_integer_per_image"] if method == "ecmt" else 0
            self.assertEqual(results["shift_per_image"], shifts)
        self.assertIn("spiking_vit", self.succeed("info", "snn.h5"))
        self.succeed("energy", "snn.h5", "--json", "energy.json")
        self.succeed("simulate", "snn.h5", "--output", "run", "--quiet", "--trace", "trace.h5", "--trace-images", 2)
        self.succeed("verify", "run")
        with h5py.File(self.folder / "trace.h5") as trace:
            names = []
            trace.visit(names.append)
        self.assertTrue(any("q_code" in name for name in names), names)

    def test_fine_tuning_lies_between_quantising_and_converting(self):
        ann = self.ann()
        for quantiser, method in [("lsq", "st_bif"), ("qcfs", "qcfs")]:
            text = self.succeed("convert", ann, "--quantised", quantiser, "--levels", 8, "-o", "q.h5")
            self.assertIn("block.0.mlp.act_code", text)
            self.succeed("train", "q.h5", "--output", f"tuned_{quantiser}", "--quiet", "--train.epochs", 2,
                         "--train.learning_rate", "1e-3")
            tuned = self.folder / f"tuned_{quantiser}" / "model.h5"
            with h5py.File(self.folder / "q.h5") as before, h5py.File(tuned) as after:
                changed = []
                before.visititems(lambda name, item: changed.append(name) if name.endswith("_code/step") and not
                                  numpy.array_equal(item[()], after[name][()]) else None)
            self.assertGreater(len(changed), 4)
            text = self.succeed("convert", tuned, "--method", method, "-o", "snn.h5", "--timesteps", 96)
            self.assertIn("steps as they were trained", text)
            self.assertIn(f"{quantiser}, 8 levels", text)
            if method == "st_bif":  # exact: the same answers as the quantised network
                self.assertEqual(self.answers("snn.h5")["accuracy"], self.answers(tuned)["accuracy"])

    def test_after_st_bif_is_quiet_no_layer_differs_from_the_quantised_network(self):
        self.succeed("convert", self.ann(), "--quantised", "lsq", "--levels", 8, "-o", "q.h5", "--quiet")
        self.succeed("convert", "q.h5", "--method", "st_bif", "-o", "snn.h5", "--timesteps", 128, "--json", "c.json")
        for layer in json.loads((self.folder / "c.json").read_text())["layers"]:
            self.assertEqual(layer["error_by_step"][-1], 0, layer["layer"])

    def test_what_no_spike_drives_is_listed_without_a_comparison_too(self):
        self.succeed("convert", self.ann(), "--method", "st_bif", "-o", "snn.h5", "--compare", 0, "--json", "c.json")
        found = json.loads((self.folder / "c.json").read_text())
        self.assertEqual({o["kind"] for o in found["not_driven_by_spikes"]}, {"norm", "activation", "attention", "conv"})

    def test_the_same_conversion_gives_the_same_file(self):
        ann = self.ann()
        for name in ["a.h5", "b.h5"]:
            self.succeed("convert", ann, "--method", "st_bif", "-o", name, "--quiet", "--compare", 0)
        self.assertEqual(self.answers("a.h5")["model_hash"], self.answers("b.h5")["model_hash"])


class Refused(Convert):
    def test_words_and_numbers(self):
        ann = self.ann()
        to = ["-o", "snn.h5"]
        self.refuse("convert", ann, *to, says="--method", status=2)
        self.refuse("convert", ann, "--method", "st_bif", says="-o", status=2)
        self.refuse("convert", ann, "--method", "st_bif", "--quantised", "lsq", *to, says="either", status=2)
        self.refuse("convert", ann, "--method", "st_bf", *to, says=["--method", "did you mean `st_bif`"])
        self.refuse("convert", ann, "--quantised", "lsk", *to, says=["--quantised", "did you mean `lsq`"])
        self.refuse("convert", ann, "--method", "st_bif", "-o", "snn.bin", says=["snn.bin", ".h5"])
        self.refuse("convert", ann, "--method", "st_bif", "--levels", 200, *to, says="--levels 200: at most 127")
        self.refuse("convert", ann, "--method", "st_bif", "--timesteps", 0, *to, says="--timesteps")
        self.refuse("convert", ann, "--method", "st_bif", "--images", "few", *to, says=["--images", "few"])
        self.refuse("convert", "none.h5", "--method", "st_bif", *to, says="none.h5")
        for key, value, says in [("network.timesteps", 5, "--timesteps"), ("network.levels", 4, "--levels"),
                                 ("network.quantiser", "qcfs", "--quantised"), ("network.method", "qcfs", "--method"),
                                 ("readout.model", "mean", "last")]:
            self.refuse("convert", ann, "--method", "st_bif", f"--{key}={value}", *to, says=[key, says], status=2)
        self.refuse("convert", ann, "--method", "ecmt", "--levels", 65, *to, says=["ecmt", "network.levels up to 64"])
        self.assertFalse((self.folder / "snn.h5").exists())

    def test_the_network_is_not_overwritten(self):
        ann = self.ann()
        before = (self.folder / ann).read_bytes()
        self.refuse("convert", ann, "--method", "st_bif", "-o", ann, says=[str(ann), "overwrite"])
        self.assertEqual((self.folder / ann).read_bytes(), before)

    def test_networks_that_cannot_be_converted(self):
        self.refuse("convert", self.ann(), "--method", "qcfs", "-o", "snn.h5",
                    says=["network.method = qcfs", "`block.0.attn.input_code`", "network.quantiser = qcfs"])
        self.succeed("convert", "ann/model.h5", "--quantised", "lsq", "-o", "q.h5", "--quiet")
        self.refuse("convert", "q.h5", "--quantised", "lsq", "-o", "r.h5", says=["q.h5", "network.quantiser = lsq"])
        self.refuse("convert", "q.h5", "--method", "st_bif", "--levels", 4, "-o", "r.h5", says="network.levels = 16")
        self.succeed("convert", "q.h5", "--method", "st_bif", "-o", "snn.h5", "--quiet")
        self.refuse("convert", "snn.h5", "--method", "st_bif", "-o", "r.h5", says=["network.model = spiking_vit", "choices: vit"])
        self.refuse("train", "snn.h5", "--output", "no", "--quiet", says="cannot be trained")
        self.config.write_text(toy.CONFIG.format(images=self.images))
        self.refuse("convert", self.train("spiking"), "--method", "st_bif", "-o", "r.h5",
                    says=["network.model = spikingformer", "choices: vit"])


if __name__ == "__main__":
    toy.main()
