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
        self.assertLess(abs(told["density"] / told["density_asked"] - 1), 0.2)

    def test_what_it_saves_is_what_it_ran(self):
        self.succeed("bench", *SMALL, "--output", "saved", "--quiet", "--json", "b.json")
        told = json.loads((self.folder / "b.json").read_text())
        ours = self.succeed("simulate", "saved/model.h5", "--data.set", f"idx:{self.images}", "--json")
        self.assertEqual([layer["name"] for layer in told["layers"]],
                         [layer["name"] for layer in json.loads(ours)["layers"] if layer["kind"] == "neuron"])
        self.assertTrue((self.folder / "saved/images.safetensors").exists())

    def test_bad_input(self):
        for name in ["spikingformer", "spikingformer-4", "-4", "spikingformer-4-x"]:
            self.refuse("bench", "--network", name, says="network.dim" if name.endswith("x") else "--network")
        self.refuse("bench", "--network", "spikingforme-4-384", says=["spikingforme", "spikingformer"])
        for flag, value, says in [("--density", 0.9, "0.5"), ("--repeats", 0, "--repeats"), ("--images", -1, "--images"),
                                  ("--image-size", 0, "--image-size"), ("--density", "x", "--density")]:
            self.refuse("bench", *SMALL, flag, value, says=says) if flag not in SMALL else \
                self.refuse("bench", *[value if before == flag else word
                                       for before, word in zip([None, *SMALL], SMALL)], says=says)
        self.refuse("bench", *SMALL, "--json", "none/b.json", says="none/b.json")
        self.refuse("bench", "model.h5", says="model.h5", status=2)


if __name__ == "__main__":
    toy.main()
