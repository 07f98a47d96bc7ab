"""The vision Transformer from the command line, and timm's names for it. Usage: FILE PROGRAM."""
import json
import pathlib
import sys

import h5py
import numpy

import import_test
import toy

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "golden"))
import make_vit  # noqa: E402: the plain reference

SIDE = 8  # pixels of the toy images
MEAN = ["--network.pool", "mean", "--network.class_token", "false"]


class Toy(import_test.Toy):
    def setUp(self):
        super().setUp()
        others = ("stem_", "query_key", "score_norm", "model")
        lines = [line for line in self.config.read_text().splitlines() if not line.startswith(others)]
        text = "\n".join(lines).replace("[network]", "[network]\nmodel = vit\npatch = 4")
        self.config.write_text(text.replace("[attention]", "[attention]\nmodel = softmax"))

    def timm(self, form="vit_token", patches=4, channels=3):
        """Random weights under timm's names, and the same under ours."""
        ours = make_vit.random_weights(numpy.random.default_rng(5), make_vit.FORMS[form] | {"network.norm": "layer"},
                                       patches)
        names = {"class_token": "cls_token", "position": "pos_embed"}
        public = {}
        for name, value in ours.items():
            name = names.get(name, name.replace("block.", "blocks.").replace("patches.", "patch_embed.proj."))
            if ".attn.q." in name:
                parts = [ours[name.replace("blocks.", "block.").replace(".q.", f".{part}.")] for part in "qkv"]
                public[name.replace(".q.", ".qkv.")] = numpy.concatenate(parts)
            elif ".attn.k." not in name and ".attn.v." not in name:
                public[name] = value
        return public, ours

    def write(self, arrays, name="timm.safetensors"):
        whole = {key: numpy.ascontiguousarray(array) for key, array in arrays.items()}
        import_test.write_safetensors(self.folder / name, whole)
        return self.folder / name


class Names(Toy):
    def test_logits_of_weights_under_timms_names(self):
        images = numpy.random.default_rng(6).normal(0, 1, (3, SIDE, SIDE, 3)).astype("float32")
        self.write({"images": images.transpose(0, 3, 1, 2)}, "images.safetensors")
        for form in make_vit.FORMS:
            public, ours = self.timm(form)
            weights = self.write(public)
            reference = make_vit.FORMS[form] | {"network.norm": "layer", "network.activation": "gelu"}
            with h5py.File(self.folder / "expected.h5", "w") as file:
                file["logits"] = make_vit.Vit(ours, reference)(images).astype("float32")
            text = self.succeed("check", weights, "--images", "images.safetensors", "--against", "expected.h5",
                                "--network.heads", 2)
            self.assertIn("3 of 3 images have the same best class", text)
            largest = float(text.split("logits differ by at most ")[1].split(";")[0])
            self.assertLess(largest, 1e-5)

    def test_export_and_import_is_the_identity(self):
        forms = [[], MEAN, ["--network.pool", "mean"], ["--attention.qkv_bias", "false"],
                 ["--network.activation", "relu"]]
        for number, form in enumerate(forms):
            model = self.train(f"vit{number}", *form)
            self.succeed("export", model, "-o", "vit.safetensors")
            self.succeed("import", "vit.safetensors", "-o", "again.h5")
            self.assertEqual(import_test.weights(model), import_test.weights(self.folder / "again.h5"))
            self.succeed("export", "again.h5", "-o", "again.safetensors")
            first, again = (import_test.read_safetensors(self.folder / name)[0]
                            for name in ["vit.safetensors", "again.safetensors"])
            self.assertEqual(first, again)
            ours, theirs = (json.loads(self.succeed("simulate", file, "--data.set", f"idx:{self.images}", "--json"))
                            for file in [model, "again.h5"])
            self.assertEqual(ours["confusion"], theirs["confusion"])
            self.assertEqual(theirs["timesteps"], 1)

    def test_public_names_and_shapes(self):
        self.train("vit")
        self.succeed("export", "vit/model.h5", "-o", "vit.safetensors")
        shapes = {name: array.shape for name, array in self.arrays(self.folder / "vit.safetensors").items()}
        self.assertEqual(shapes["cls_token"], (1, 1, 8))
        self.assertEqual(shapes["pos_embed"], (1, 5, 8))
        self.assertEqual(shapes["patch_embed.proj.weight"], (8, 1, 4, 4))
        self.assertEqual(shapes["blocks.0.attn.qkv.weight"], (24, 8))
        self.assertEqual(shapes["blocks.0.attn.qkv.bias"], (24,))
        self.assertEqual(shapes["blocks.0.mlp.fc1.weight"], (16, 8))
        self.assertEqual(shapes["norm.weight"], (8,))
        self.assertEqual(len(shapes), 4 + 12 + 4)

    def test_what_import_says(self):
        text = self.succeed("import", self.write(self.timm()[0]), "--heads", 2, "-o", "m.h5")
        for line in ["timm.safetensors: vit, ", "network.depth = 2", "network.timesteps = 1", "network.patch = 4",
                     "network.image_size = 8", "network.pool = token"]:
            self.assertIn(line, text)
        self.assertIn("names of vit", self.succeed("info", "timm.safetensors"))


class Refused(Toy):
    def refused(self, arrays, *says):
        self.refuse("import", self.write(arrays), "--heads", 2, "-o", "m.h5", says=says)
        self.assertFalse((self.folder / "m.h5").exists())

    def test_forms_that_cannot_be_run(self):
        public = self.timm()[0]
        for name, says in [("dist_token", "distilled"), ("head_dist.weight", "distilled"),
                           ("blocks.1.ls2.gamma", "layer scale"), ("blocks.0.attn.q_norm.weight", "queries and keys"),
                           ("norm_pre.weight", "has no place")]:
            self.refused({**public, name: numpy.ones(16, "float32")}, "timm.safetensors", f"`{name}`", says)
        without = {name: array for name, array in public.items() if name != "cls_token"}
        self.refused(without, "cls_token", "fc_norm.weight")

    def test_weights_that_do_not_fit(self):
        public = self.timm()[0]
        self.refused({**public, "pos_embed": numpy.ones((1, 8, 16), "float32")}, "`pos_embed` has 8 positions")
        self.refused({**public, "blocks.0.attn.qkv.weight": numpy.ones((47, 16), "float32")},
                     "`blocks.0.attn.qkv.weight` [47, 16]", "3 maps")
        lacking = {name: array for name, array in public.items() if name != "norm.weight"}
        self.refused(lacking, "`norm.weight`")

    def test_images_of_another_size(self):
        public = self.timm(patches=16, channels=1)[0]
        public["patch_embed.proj.weight"] = public["patch_embed.proj.weight"][:, :1]
        public["head.weight"], public["head.bias"] = public["head.weight"][:3], public["head.bias"][:3]
        weights = self.write(public)
        run = ["--data.set", f"idx:{self.images}"]
        self.refuse("simulate", weights, "--network.heads", 2, *run, says=["16x16", "8x8", "network.image_size"])
        self.succeed("import", weights, "--heads", 2, "-o", "m.h5")
        self.refuse("simulate", "m.h5", *run, says=["16x16", "8x8"])

    def test_a_batch_norm_has_no_public_name(self):
        self.refuse("export", self.train("vit", "--network.norm", "batch"), "-o", "vit.safetensors", says=["running_mean", "layout vit"])


class Mixers(Toy):
    FORM = ["--network.pool", "mean", "--network.class_token", "false", "--attention.model"]

    def test_each_mixer_trains_and_simulates(self):
        """The words that `info` lists, on 4 tokens."""
        text = self.succeed("info", "--models")
        table = text.split("attention.model (of real values: vit; several take turns)")[1].split("\n\n")[0]
        words = [line.split()[0] for line in table.splitlines()[1:]]
        self.assertGreater(len(words), 10)
        keys = {"diag_attention": ["--attention.window", "2"], "primal": ["--attention.rank", "3"]}
        for word in words:
            model = self.train(word, *self.FORM, word, *keys.get(word, []))
            results = json.loads(self.succeed("simulate", model, "--json"))
            self.assertGreater(results["mac_per_image"], 0)
            self.assertEqual(results["synops_per_image"], results["mac_per_image"])

    def test_the_registry_is_a_table(self):
        text = self.succeed("info", "--models")
        self.assertEqual(text, self.succeed("info"))
        for line in [r"softmax +softmax attention +Vaswani et al., NeurIPS 2017 +O\(N\^2 D\)", r"cat +circular-convolutional",
                     r"bochner +waves", r"lif +leaky"]:
            self.assertRegex(text, line)

    def test_a_penalty_stands_apart_from_the_loss(self):
        for word, pays in [("sparsebert", True), ("softmax", False)]:
            self.train(word, *self.FORM, word)
            self.assertEqual("penalty" in (self.folder / word / "train.log").read_text(), pays)
            epoch = json.loads((self.folder / word / "results.json").read_text())["epochs"][-1]
            self.assertEqual(epoch["penalty"] > 0, pays)

    def test_blocks_take_mixers_in_turn(self):
        model = self.train("alter", *self.FORM, "cat,softmax", "--network.depth", 4)
        text = self.succeed("info", model)
        for name in ["block.0.attn.a.weight", "block.1.attn.q.weight", "block.2.attn.a.weight", "block.3.attn.k.weight"]:
            self.assertIn(name, text)
        self.refuse("train", self.config, "--output", "x", *self.FORM, "cat,softmax", "--network.depth", 3,
                    says=["attention.model = cat,softmax", "2 names", "network.depth = 3"])

    def test_images_that_see_one_another(self):
        model = self.train("npt", *self.FORM, "npt")
        done = self.run_program("simulate", model, "--simulate.batch", 2, "--simulate.images", 4)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (0, 1), done.stderr)
        self.assertRegex(done.stderr, "^bispike: note: attention.model = npt: .* depends on .* simulate.batch\n$")
        for batch in [1, 3]:
            done = self.run_program("simulate", model, "--simulate.batch", batch, "--simulate.images", 4)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr.splitlines()[1], "^bispike: a batch of 1 image: .* 2 or more.* simulate.batch")

    def test_images_alone_are_refused_before_a_training(self):
        for keys, says in [(["--simulate.batch", 1], "a batch of 1 image"), (["--simulate.batch", 23], "a batch of 1 image"),
                           (["--train.micro_batch", 1], "train.micro_batch = 1")]:
            done = self.run_program("train", self.config, "--output", "x", "--quiet", *self.FORM, "npt", *keys)
            self.assertEqual(done.returncode, 1)
            self.assertIn(says, done.stderr)
            self.assertFalse((self.folder / "x" / "checkpoint.h5").exists())

    def test_what_a_mixer_asks_for(self):
        run = ["train", self.config, "--output", "x"]
        self.refuse(*run, *self.FORM, "primal", "--attention.rank", 5, says=["attention.rank = 5", "1 to 4"])
        self.refuse(*run, *self.FORM, "diag_attention", "--attention.window", 3, says=["attention.window = 3", "1, 2, 4"])
        self.refuse(*run, "--attention.model", "gfnet", says=["gfnet", "network.class_token = false"])
        self.refuse(*run, *self.FORM, "softmax", "--attention.window", 2, says=["attention.window"])


class Runs(Toy):
    def test_a_run_has_operations_and_no_firing_rate(self):
        self.train("vit")
        results = json.loads(self.succeed("simulate", "vit/model.h5", "--json"))
        self.assertEqual(results["timesteps"], 4)
        self.assertEqual(len(set(results["accuracy_by_step"])), 1)
        # 4 patches of 4x4 pixels, a class token; q, k, v, proj; scores and mix; fc1 and fc2; 3 classes
        expected = 4 * 16 * 8 + 5 * 8 * 8 * 4 + 2 * 5 * 5 * 8 + 5 * 8 * 16 * 2 + 8 * 3
        nonlinear = 2 * 5 * 8 + 8 + 2 * 5 * 5 + 5 * 16  # norms, weights of 2 heads, GELU
        self.assertEqual(results["nonlinear_mac_per_image"], nonlinear)
        expected += nonlinear
        self.assertEqual(results["mac_per_image"], expected)
        self.assertEqual(results["dense_per_image"], expected)
        for key in ["ac", "ac_bipolar", "ac_integer", "shift", "updates"]:
            self.assertEqual(results[key + "_per_image"], 0, key)
        self.assertIn("images_per_second", self.succeed("simulate", "vit/model.h5"))

    def test_a_trace_keeps_attention_at_every_step(self):
        self.train("vit")
        for chunk in [0, 1]:
            self.succeed("simulate", "vit/model.h5", "--quiet", "--trace", f"{chunk}.h5", "--trace-images", 3,
                         "--simulate.chunk", chunk)
            with h5py.File(self.folder / f"{chunk}.h5") as trace:
                weights = trace["attention/block.0.attn/weight"][()]
            self.assertEqual(weights.shape, (3, 4, 2, 5, 5))
            numpy.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)
            for step in range(1, 4):
                numpy.testing.assert_array_equal(weights[:, step], weights[:, 0])


if __name__ == "__main__":
    toy.main()
