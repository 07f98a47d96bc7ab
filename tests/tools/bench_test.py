"""Measuring speed from the command line. Usage: FILE PROGRAM."""
import json

import toy

SMALL = ["--network", "spikingformer-1-16", "--image-size", 8, "--channels", 1, "--classes", 3, "--images", 3,
         "--repeats", 2, "--density", 0.2]


class Bench(toy.ProgramTest):
    def test_what_it_measures(self):
        text = self.succeed("bench", *SMALL, "--json", "b.json")
        for words in ["spikingformer-1-16, T = 4, 8x8x1 pixels", "images per second", "of slots spike"]:
            self.assertIn(words, text)
        told = json.loads((self.folder / "b.json").read_text())
        speeds = told["images_per_second_repeats"]
        self.assertEqual(len(speeds), 2)
        self.assertIn(told["images_per_second"], speeds)
        self.assertGreater(min(speeds), 0)
        self.assertEqual(told["timesteps"], 4)
        slots = sum(layer["slots"] for layer in told["layers"])
        self.assertEqual(told["updates_per_image"], slots)
        self.assertAlmostEqual(told["firing_rate"], sum(l["rate"] * l["slots"] for l in told["layers"]) / slots)
        self.assertLess(told["synops_per_image"], told["dense_per_image"])
        accumulates = told["synops_per_image"] - told["mac_per_image"]
        self.assertAlmostEqual(told["density"], accumulates / (told["dense_per_image"] - told["mac_per_image"]))
        self.assertLess(abs(told["density"] / 0.2 - 1), 0.2)  # what SMALL asks for

    def test_figures_carry_where_they_come_from(self):
        self.succeed("bench", *SMALL, "--output", "saved", "--quiet", "--json", "b.json", "--threads", 1)
        told = json.loads((self.folder / "b.json").read_text())
        for key in ["model_hash", "data_hash"]:
            self.assertRegex(told[key], "^[0-9a-f]{64}$")
        self.assertRegex(told["compiler"], r"^\w+ [\d.]+$")
        self.assertEqual((told["threads"], told["seed"], told["settings"]["network.dim"]), (1, 42, "16"))
        ours = json.loads(self.succeed("simulate", "saved/model.h5", "--data.set", f"idx:{self.images}", "--json"))
        for key in ["model_hash", "version", "compiler", "dispatch"]:
            self.assertEqual(told[key], ours[key])
        size = ["--image-size", 8, "--channels", 1, "--classes", 3, "--repeats", 1, "--quiet", "--json", "m.json"]
        for images, same in [(3, True), (2, False)]:
            self.succeed("bench", "saved/model.h5", *size, "--images", images)
            again = json.loads((self.folder / "m.json").read_text())
            self.assertEqual(again["model_hash"], told["model_hash"])
            self.assertEqual(again["data_hash"] == told["data_hash"], same)
        self.succeed("bench", *SMALL, "--train", "--quiet", "--json", "t.json")
        self.assertEqual(json.loads((self.folder / "t.json").read_text())["model_hash"], told["model_hash"])

    def test_kernels(self):
        text = self.succeed("bench", "--kernels", "--repeats", 1, "--density", 0.1, "--json", "k.json")
        self.assertIn("loaded from the L1 cache and added, one thread", text)
        told = json.loads((self.folder / "k.json").read_text())
        self.assertGreater(told["l1_bound_weights_per_second"], 0)
        kernels = {(k["kernel"], k["variant"], k["shape"]): k for k in told["kernels"]}
        event, dense = (kernels["linear", variant, "384 -> 1536"] for variant in ["event", "dense"])
        self.assertEqual(event["operations"], dense["operations"])
        self.assertLess(abs(event["operations"] / (0.1 * 4 * 8 * 64 * 384 * 1536) - 1), 0.05)
        for k in told["kernels"]:
            self.assertAlmostEqual(k["operations_per_second"] * k["seconds"] / k["operations"], 1)
            self.assertAlmostEqual(k["share_of_l1_bound"] * told["l1_bound_weights_per_second"] /
                                   k["operations_per_second"], 1)
        neurons = {k["variant"] for k in told["kernels"] if k["kernel"] == "neuron"}
        self.assertLessEqual({"lif", "ternary_lif", "ilif"}, neurons)
        self.assertRegex(told["compiler"], r"^\w+ [\d.]+$")
        self.refuse("bench", "--kernels", "--train", says="--kernels measures no network")

    def test_families(self):
        for name in ["spikformer-1-16", "sdt-1-16", "qkformer-4-64", "vit-1-16"]:
            told = self.succeed("bench", "--network", name, "--images", 1, "--repeats", 1)
            self.assertIn(name + ", T = 4, 32x32x3 pixels", told)
        self.refuse("bench", "--network", "vit-1-16", "--density", 0.1, says="vit-1-16 has no neurons that could fire")

    def test_training_steps(self):
        train = [*SMALL[:-4], "--repeats", 3, "--train", "--batch", 4]
        text = self.succeed("bench", *train, "--micro-batch", 2, "--json", "t.json", "--output", "saved")
        for words in ["training step", "4 images in micro-batches of 2 (median of 3;", "peak memory"]:
            self.assertIn(words, text)
        told = json.loads((self.folder / "t.json").read_text())
        steps = told["training_step_seconds_repeats"]
        self.assertEqual(steps, sorted(steps))
        self.assertEqual(told["training_step_seconds"], steps[1])
        self.assertAlmostEqual(told["training_images_per_second"], 4 / steps[1])
        self.assertEqual((told["batch"], told["micro_batch"], told["timesteps"]), (4, 2, 4))
        self.assertGreater(told["peak_memory_bytes"], 1e6)
        self.assertNotIn("images_per_second", told)
        self.assertTrue((self.folder / "saved/model.h5").exists())
        self.succeed("bench", *train, "--json", "whole.json", "--quiet")
        self.assertEqual(json.loads((self.folder / "whole.json").read_text())["micro_batch"], 4)

    def test_bad_training_steps(self):
        self.refuse("bench", *SMALL, "--train", "--batch", 4, "--micro-batch", 3, says=["micro_batch = 3", "batch = 4"])
        self.refuse("bench", *SMALL, "--train", "--batch", 0, says="batch = 0")
        self.refuse("bench", *SMALL, "--train", "--batch", "x", says="x")
        self.refuse("bench", *SMALL, "--batch", 4, says="--train")
        self.refuse("bench", *SMALL, "--train", "--simulate.batch", 4, says="simulate.batch")

    def test_what_it_saves_is_what_it_ran(self):
        self.succeed("bench", *SMALL, "--output", "saved", "--quiet", "--json", "b.json")
        told = json.loads((self.folder / "b.json").read_text())
        ours = self.succeed("simulate", "saved/model.h5", "--data.set", f"idx:{self.images}", "--json")
        self.assertEqual([layer["name"] for layer in told["layers"]],
                         [layer["name"] for layer in json.loads(ours)["layers"] if layer["kind"] == "neuron"])
        self.assertTrue((self.folder / "saved/images.safetensors").exists())

    def test_a_model_is_run_as_it_is(self):
        self.succeed("bench", *SMALL, "--output", "saved", "--quiet", "--json", "b.json")
        told = json.loads((self.folder / "b.json").read_text())
        size = ["--image-size", 8, "--channels", 1, "--classes", 3, "--images", 3, "--repeats", 2]
        self.succeed("bench", "saved/model.h5", *size, "--json", "m.json")
        again = json.loads((self.folder / "m.json").read_text())
        for key in ["layers", "synops_per_image", "dense_per_image", "density", "parameters", "timesteps"]:
            self.assertEqual(again[key], told[key])
        self.succeed("bench", "saved/model.h5", *size, "--simulate.weights", "int8", "--json", "q.json")
        self.assertNotEqual(json.loads((self.folder / "q.json").read_text())["layers"], told["layers"])
        self.refuse("bench", "saved/model.h5", *size, "--density", 0.1, says="as it is")
        self.refuse("bench", "saved/model.h5", *size, "--simulate.weights", "int4", says=["int4", "int16"])
        self.refuse("bench", "saved/model.h5", "--image-size", 8, "--channels", 1, says="head")

    def test_bad_input(self):
        for name in ["spikingformer", "spikingformer-4", "-4", "spikingformer-4-x"]:
            self.refuse("bench", "--network", name, says="--network " + name)
        self.refuse("bench", "--network", "spikingforme-4-384", says=["spikingforme", "spikingformer"])
        for flag, value, says in [("--density", 0.9, "0.5"), ("--repeats", 0, "--repeats"), ("--images", -1, "--images"),
                                  ("--image-size", 0, "--image-size"), ("--density", "x", "--density")]:
            self.refuse("bench", *SMALL, flag, value, says=says) if flag not in SMALL else \
                self.refuse("bench", *[value if before == flag else word
                                       for before, word in zip([None, *SMALL], SMALL)], says=says)
        self.refuse("bench", *SMALL, "--json", "none/b.json", says="none/b.json")
        self.refuse("bench", "none.h5", says="none.h5")


if __name__ == "__main__":
    toy.main()
