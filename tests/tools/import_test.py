"""Weights of other programs from the command line: import, export and check. Usage: FILE PROGRAM."""
import json
import os
import pathlib
import re
import shutil
import struct
import unittest

import h5py
import numpy

import toy

SHARED = pathlib.Path(os.environ.get("BISPIKE_SHARED", pathlib.Path(__file__).parents[3] / "shared")) / "golden"
NETWORKS = ["spikingformer", "spikformer"]
FOUR_STAGES = ["--network.stem_widths", "4,4,8,8", "--network.stem_pools", "0,0,1,1"]


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + length])
    words = header.pop("__metadata__", {})
    arrays = {name: (entry, raw[8 + length:][slice(*entry["data_offsets"])]) for name, entry in header.items()}
    return arrays, words


def write_safetensors(path, arrays):
    """arrays: {name: numpy array, float32 or int64}."""
    header, data = {}, b""
    for name, values in arrays.items():
        kind = {"float32": "F32", "int64": "I64"}[str(values.dtype)]
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def as_numpy(entry, data):
    kind = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
    return numpy.frombuffer(data, kind).reshape(entry["shape"])


def weights(path):
    found = {}
    with h5py.File(path, "r") as file:
        file["weights"].visititems(lambda name, item: found.update({name: item[()].tobytes()})
                                   if isinstance(item, h5py.Dataset) else None)
    return found


class Toy(toy.ProgramTest):
    """A toy network of each family, trained here, so that its public form is at hand."""

    def public(self, network, *arguments):
        if network == "sdt":  # sdsa knows neither key
            keys = ("query_key", "score_norm")
            lines = [line for line in self.config.read_text().splitlines() if not line.startswith(keys)]
            self.config.write_text("\n".join(lines))
            attention = ["--attention.model", "sdsa"]
        else:
            attention = ["--attention.model", "ssa", "--attention.query_key", "binary", "--attention.score_norm", "none"]
        self.succeed("train", self.config, "--output", network, "--quiet", "--train.epochs", 1, "--network.model",
                     network, *attention, *arguments)
        self.succeed("export", f"{network}/model.h5", "-o", f"{network}.safetensors")
        return self.folder / f"{network}.safetensors"

    def arrays(self, path):
        return {name: as_numpy(*value) for name, value in read_safetensors(path)[0].items()}


QKFORMER_FORMS = {  # name: (sizes of a model with its names, what the form itself tells, an array)
    "CIFAR": ({"depths": "1,2,1", "stem_widths": "2,4", "stem_pools": "0,0"},
              {"stem_pools": "0,0", "embed_pools": "0,1", "stem_shortcut": "1"}, "stage3.0.ssa.v_conv.weight"),
    "ImageNet": ({"depths": "1,1,2", "stem_widths": "2,4,4", "stem_pools": "0,0,0"},
                 {"stem_pools": "1,1,0", "embed_pools": "1,0", "stem_shortcut": "1"}, "stage3.1.attn.v_conv.weight"),
    "event-camera": ({"depths": "1,1", "stem_widths": "2,4,6,8", "stem_pools": "0,0,0,0", "stem_shortcut": "2"},
                     {"stem_pools": "0,1,1,1", "embed_pools": "0,1"}, "stage2.0.ssa.v_conv.weight"),
}


class Qkformer(Toy):
    def public_form(self, form):
        lines = [line for line in self.config.read_text().splitlines() if not line.startswith(("depth", "dim"))]
        self.config.write_text("\n".join(lines))
        shutil.rmtree(self.folder / "qkformer", ignore_errors=True)
        sizes = [word for key, value in QKFORMER_FORMS[form][0].items() for word in (f"--network.{key}", value)]
        return self.public("qkformer", "--network.dim", 16, *sizes)

    def test_each_form_is_told_by_its_names_and_round_trips(self):
        for form, (sizes, tells, array) in QKFORMER_FORMS.items():
            with self.subTest(form=form):
                public = self.public_form(form)
                arrays = self.arrays(public)
                self.assertEqual(arrays[array].shape, (16, 16, 1))
                self.assertEqual(arrays["patch_embed2.proj_res_conv.weight"].shape[2:], (1, 1))
                write_safetensors(self.folder / "bare.safetensors", arrays)  # without what our export says of itself
                text = self.succeed("import", "bare.safetensors", "--heads", 2, "-o", "again.h5")
                self.assertIn(f"bare.safetensors: qkformer ({form} form), {len(arrays)} of {len(arrays)} arrays", text)
                told = self.succeed("info", "again.h5")
                for key, value in (sizes | tells | {"mlp_ratio": "2"}).items():
                    self.assertIn(f"  network.{key} = {value.replace(',', ', ')}\n", told)
                self.assertEqual(weights(self.folder / "qkformer/model.h5"), weights(self.folder / "again.h5"))
                self.succeed("export", "again.h5", "-o", "again.safetensors")
                self.assertEqual(*(read_safetensors(path)[0] for path in [public, self.folder / "again.safetensors"]))

    def test_heads_that_the_code_fixes_are_known_and_others_asked_for(self):
        write_safetensors(self.folder / "cifar.safetensors", self.arrays(self.public_form("CIFAR")))
        self.refuse("import", "cifar.safetensors", "-o", "m.h5", says=["network.heads = 8", "width 4"])
        write_safetensors(self.folder / "large.safetensors", self.arrays(self.public_form("ImageNet")))
        self.refuse("import", "large.safetensors", "-o", "m.h5", says=["--network.heads", "6, 8 or 12"])

    def test_mixing_a_batch_is_told_and_keeps_to_the_batch(self):
        self.public_form("CIFAR")
        mix = ["--network.compat_batch_lif", "true"]

        def run(*arguments):
            done = self.run_program("simulate", "qkformer/model.h5", "--json", *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)["spikes"], done.stderr

        mixed, said = run("--simulate.batch", 8, *mix)
        self.assertRegex(said, r"\Abispike: note: network\.compat_batch_lif = true: .*batch.*\n\Z")
        self.assertEqual(run("--simulate.batch", 8, "--simulate.chunk", 1, "--threads", 2, *mix)[0], mixed)
        alone, said = run("--simulate.batch", 1)
        self.assertEqual(said, "")
        self.assertEqual(run("--simulate.batch", 1, *mix)[0], alone)


class RoundTrip(Toy):
    def test_export_and_import_is_the_identity(self):
        for network in [*NETWORKS, "sdt"]:
            public = self.public(network, *(FOUR_STAGES if network != "spikingformer" else []))
            self.succeed("import", public, "--heads", 2, "-o", "again.h5", "--network.stem_pools",
                         "0,1" if network == "spikingformer" else "0,0,1,1")
            self.assertEqual(weights(self.folder / network / "model.h5"), weights(self.folder / "again.h5"))
            self.succeed("export", "again.h5", "-o", "again.safetensors")
            first, again = (read_safetensors(path)[0] for path in [public, self.folder / "again.safetensors"])
            self.assertEqual(first, again)

    def test_a_layout_is_found_by_its_names_alone(self):
        public = self.public("sdt", *FOUR_STAGES)
        arrays = self.arrays(public)
        arrays["block.0.attn.talking_heads.weight"] = numpy.ones((2, 2, 1), "float32")
        write_safetensors(public, arrays)
        text = self.succeed("import", public, "--heads", 2, "-o", "again.h5")
        self.assertIn("sdt.safetensors: sdt, ", text)
        self.assertIn("talking_heads.weight (1), a convolution that no forward pass calls", text)
        self.assertEqual(weights(self.folder / "sdt/model.h5"), weights(self.folder / "again.h5"))

    def test_a_public_file_runs_wherever_a_model_is_named(self):
        public = self.public("spikingformer")
        neuron = ["--network.stem_pools", "0,1", "--data.set", f"idx:{self.images}"]
        ours = json.loads(self.succeed("simulate", "spikingformer/model.h5", "--json"))
        theirs = json.loads(self.succeed("simulate", public, "--network.heads", 2, "--json", *neuron))
        config = json.loads(self.succeed("simulate", self.config, "--attention.model", "ssa", "--attention.query_key",
                                         "binary", "--attention.score_norm", "none", "--model.weights", public,
                                         "--json"))
        for other in [theirs, config]:
            for key in ["confusion", "spikes", "synops_per_image", "accuracy_by_step"]:
                self.assertEqual(ours[key], other[key], key)

    def test_public_names_and_shapes(self):
        arrays = self.arrays(self.public("spikingformer"))
        self.assertEqual(arrays["patch_embed.block0_conv.weight"].shape, (4, 1, 3, 3))
        self.assertEqual(arrays["block.0.attn.q_conv.weight"].shape, (8, 8, 1))
        self.assertEqual(arrays["block.0.mlp.mlp1_conv.weight"].shape, (16, 8, 1, 1))
        self.assertEqual(arrays["block.0.attn.proj_bn.running_var"].shape, (8,))
        self.assertEqual(arrays["head.weight"].shape, (3, 8))

    def test_unused_arrays_are_listed(self):
        public = self.public("spikingformer")
        arrays = self.arrays(public)
        arrays["block.0.norm1.weight"] = numpy.ones(8, "float32")
        arrays["block.0.attn.q_bn.num_batches_tracked"] = numpy.array(7, "int64")
        write_safetensors(public, arrays)
        text = self.succeed("import", public, "--heads", 2, "-o", "m.h5", "--network.stem_pools", "0,1")
        self.assertRegex(text, r"left behind: block\.\*\.norm1\.weight \(1\), a layer norm that no forward pass calls")
        self.assertRegex(text, r"left behind: block\.\*\.attn\.q_bn\.num_batches_tracked \(1\), counts batches")
        self.assertIn("network.mlp_ratio = 2", text)


FORMS = {  # name: (how our export of the family is renamed, extra axes of token maps and of the MLP, unused arrays)
    "spikformer (ImageNet form)": ("spikformer", {r"_linear\.": "_conv."}, 1, 2, ["block.0.norm1.bias"]),
    "spikformer (event-camera form)": ("spikformer", {r"_linear\.": "_conv."}, 1, 1, ["pos_embed", "norm.weight"]),
    "spikingformer (ImageNet and event-camera form)": (
        "spikingformer", {r"block0_(conv|bn)\.": r"proj_\1.", r"patch_embed\.block": "patch_embed.proj"}, 0, 0,
        ["block.0.norm2.weight"]),
}


class Forms(Toy):
    """The same weights under the names of the forms that a family has for other data."""

    def in_form(self, form):
        family, renamings, token_axes, mlp_axes, unused = FORMS[form]
        stem = ["--network.stem_widths", "4,4,4,8,8", "--network.stem_pools", "0,0,0,1,1"]
        public = self.folder / f"{family}.safetensors"
        if not public.exists():
            self.public(family, *(stem if family == "spikingformer" else FOUR_STAGES))
        arrays = {}
        for name, values in self.arrays(public).items():
            is_map = values.ndim == 2 and "block." in name
            more = (mlp_axes if ".mlp." in name else token_axes) if is_map else 0
            for pattern, replacement in renamings.items():
                name = re.sub(pattern, replacement, name)
            arrays[name] = values.reshape(values.shape + (1,) * more)
        return family, arrays, unused

    def test_each_form_is_told_by_its_names_and_round_trips(self):
        for form in FORMS:
            with self.subTest(form=form):
                family, arrays, unused = self.in_form(form)
                write_safetensors(self.folder / "theirs.safetensors",
                                  arrays | {name: numpy.ones(8, "float32") for name in unused})
                text = self.succeed("import", "theirs.safetensors", "--heads", 2, "-o", "ours.h5")
                self.assertIn(f"theirs.safetensors: {form}, {len(arrays)} of {len(arrays) + len(unused)} arrays", text)
                for name in unused:
                    self.assertRegex(text, "left behind: .*" + re.escape(name.split(".")[-1]) + r" \(1\), a ")
                self.assertEqual(weights(self.folder / family / "model.h5"), weights(self.folder / "ours.h5"))
                self.succeed("export", "ours.h5", "-o", "again.safetensors")
                again = self.arrays(self.folder / "again.safetensors")
                self.assertEqual({n: (v.shape, v.tobytes()) for n, v in again.items()},
                                 {n: (v.shape, v.tobytes()) for n, v in arrays.items()})

    def test_what_a_form_says_of_its_neurons_and_scores(self):
        for form, key, value, pools in [
                ("spikformer (event-camera form)", "attention.scale", "0.25", "1, 1, 1, 1"),
                ("spikingformer (ImageNet and event-camera form)", "neuron.tau", "1.5", "0, 1, 1, 1, 1")]:
            with self.subTest(form=form):
                _, arrays, _ = self.in_form(form)
                arrays["patch_embed.proj_conv.weight"] = numpy.ones((4, 2, 3, 3), "float32")  # two polarities
                unused = {"pos_embed": numpy.ones((1, 4, 8), "float32")} if "spikformer" in form else {}
                write_safetensors(self.folder / "theirs.safetensors", arrays | unused)
                self.succeed("import", "theirs.safetensors", "--heads", 2, "-o", "ours.h5")
                told = self.succeed("info", "ours.h5")
                self.assertIn(f"  {key} = {value}\n", told)
                self.assertIn(f"  network.stem_pools = {pools}\n", told)


class Refused(Toy):
    def refused(self, arrays, *says, heads=2):
        write_safetensors(self.folder / "bad.safetensors", arrays)
        self.refuse("import", "bad.safetensors", "--heads", heads, "-o", "bad.h5", "--network.stem_pools", "0,1",
                    says=["bad.safetensors", *says])
        self.assertFalse((self.folder / "bad.h5").exists())

    def test_weights_that_do_not_fit(self):
        arrays = self.arrays(self.public("spikingformer"))
        without = {name: value for name, value in arrays.items() if name != "block.0.attn.k_bn.weight"}
        self.refused(without, "`block.0.attn.k.norm.weight`", "no tensor")
        self.refused(arrays | {"extra.weight": numpy.ones(3, "float32")}, "`extra.weight`", "spikingformer")
        self.refused(arrays | {"block.0.attn.q_conv.weight": numpy.ones((8, 8, 3), "float32")}, "q_conv", "[8, 8, 3]")
        self.refused(arrays | {"block.0.attn.q_bn.bias": numpy.ones(9, "float32")}, "attn.q.norm.bias", "[8]", "[9]")
        self.refused(arrays | {"block.0.attn.q_bn.bias": numpy.ones(8, "int64")}, "q_bn.bias", "I64")
        self.refused({"fc.weight": numpy.ones((3, 3), "float32")}, "no known model", "spikformer")

    def test_what_weights_do_not_tell_is_asked_for(self):
        public = self.public("spikingformer")
        for command in [["import", public, "-o", "m.h5"], ["simulate", public]]:
            self.refuse(*command, says=["spikingformer.safetensors", "--network.heads"])
        self.assertFalse((self.folder / "m.h5").exists())

    def test_files_that_are_no_weights(self):
        for name in ["a.safetensors", "a.pth"]:
            for data in [b"", b"text", bytes(100)]:
                (self.folder / name).write_bytes(data)
                self.refuse("import", name, "--heads", 2, "-o", "m.h5", says=name)
                self.refuse("simulate", name, says=name)
        self.refuse("import", "none.safetensors", "-o", "m.h5", says=["none.safetensors", "No such file"])
        self.refuse("import", "a.safetensors", "--as", "spikformr", "-o", "m.h5", says="a.safetensors")

    def test_usage(self):
        self.refuse("import", "a.safetensors", says=["-o"], status=2)
        self.refuse("export", self.train("t"), "-o", "x.h5", says=[".safetensors"])
        for verb in ["import", "export", "check"]:
            self.assertIn("usage: bispike " + verb, self.succeed(verb, "--help"))


class Resformer(Toy):
    """SpikingResformer, whose arrays tell all sizes."""

    def setUp(self):
        super().setUp()
        keep = ("[data]", "set =", "[train]", "epochs", "batch", "micro_batch", "learning_rate", "warmup_epochs")
        lines = [line for line in self.config.read_text().splitlines() if line.startswith(keep)]
        sizes = ["[network]", "model = spikingresformer", "planes = 8, 16", "depths = 1, 2", "heads = 1, 2",
                 "patches = 2, 1", "group_size = 8", "mlp_ratio = 2"]
        self.config.write_text("\n".join(lines + sizes))

    def public(self, *arguments):
        shutil.rmtree(self.folder / "r", ignore_errors=True)
        self.train("r", *arguments)
        self.succeed("export", "r/model.h5", "-o", "r.safetensors")
        return self.folder / "r.safetensors"

    def test_export_and_import_is_the_identity(self):
        for options in [[], ["--neuron.model", "plif"], ["--network.stem", "7x7", "--network.patches", "1,1"],
                        ["--network.head_bias", "true"]]:
            with self.subTest(options=options):
                public = self.public(*options)
                text = self.succeed("import", public, "-o", "again.h5")
                for line in ["planes = 8, 16", "depths = 1, 2", "heads = 1, 2", "group_size = 8", "mlp_ratio = 2"]:
                    self.assertIn(f"network.{line}\n", text)
                for key, value in zip(options[::2], options[1::2]):
                    if key != "--network.head_bias":
                        self.assertIn(f"{key[2:]} = {value.replace(',', ', ')}\n", text)
                self.assertEqual(weights(self.folder / "r/model.h5"), weights(self.folder / "again.h5"))
                self.succeed("export", "again.h5", "-o", "again.safetensors")
                self.assertEqual(*(read_safetensors(self.folder / f"{name}.safetensors")[0] for name in ["r", "again"]))
                ours, theirs = (json.loads(self.succeed("simulate", model, "--json", "--data.set", f"idx:{self.images}"))
                                for model in ["r/model.h5", public])
                for key in ["confusion", "spikes", "synops_per_image", "accuracy_by_step"]:
                    self.assertEqual(ours[key], theirs[key], key)

    def test_public_names_and_shapes(self):
        arrays = self.arrays(self.public("--neuron.model", "plif"))
        shapes = {"prologue.0.weight": (8, 1, 3, 3), "prologue.1.bn.running_var": (8,), "layers.0.0.W.weight": (16, 8, 2, 2),
                  "layers.0.0.norm.bn.bias": (16,), "layers.0.0.firing_rate_x": (1, 1, 1, 1, 1),
                  "layers.0.0.activation_in.w": (), "layers.0.1.up.1.weight": (16, 8, 1, 1),
                  "layers.0.1.conv.0.1.weight": (16, 8, 3, 3), "layers.0.1.conv.0.2.bn.weight": (16,),
                  "layers.1.0.conv.weight": (16, 8, 3, 3), "layers.1.0.norm.bn.bias": (16,), "layers.1.0.activation.w": (),
                  "layers.1.3.firing_rate_attn": (1, 1, 2, 1, 1), "layers.1.3.Wproj.weight": (16, 16, 1, 1),
                  "layers.0.0.activation_attn.w": (), "layers.0.0.activation_out.w": (), "layers.0.1.up.0.w": (),
                  "layers.0.1.conv.0.0.w": (), "layers.1.4.down.1.weight": (16, 32, 1, 1), "layers.1.4.down.0.w": (), "classifier.weight": (3, 16)}
        for name, shape in shapes.items():
            self.assertEqual(arrays[name].shape, shape, name)
        self.assertNotIn("classifier.bias", arrays)

    def test_a_layout_is_found_by_its_names_alone(self):
        public = self.public()
        write_safetensors(public, self.arrays(public) | {"prologue.1.bn.num_batches_tracked": numpy.array(7, "int64")})
        self.assertIn("r.safetensors: spikingresformer, ", self.succeed("import", public, "-o", "again.h5"))
        self.assertEqual(weights(self.folder / "r/model.h5"), weights(self.folder / "again.h5"))

    def test_weights_that_do_not_fit(self):
        arrays = self.arrays(self.public())
        for name, value, says in [
                ("layers.1.1.firing_rate_x", None, "`layers.1.1.firing_rate_x`"),
                ("layers.1.3.firing_rate_attn", None, "`stage.1.3.attn.firing_rate_attn`"),
                ("layers.0.1.conv.1.1.weight", numpy.ones((16, 8, 3, 3), "float32"), "`layers.0.1.conv.1.1.weight`"),
                ("prologue.0.weight", numpy.ones((8, 1, 5, 5), "float32"), "5x5"),
                ("layers.0.0.activation_attn.w", numpy.array(0, "float32"), "stage.0.0.attn.attn_lif.w")]:
            bad = arrays | {name: value}
            write_safetensors(self.folder / "bad.safetensors", {n: v for n, v in bad.items() if v is not None})
            self.refuse("import", "bad.safetensors", "-o", "bad.h5", says=says)
            self.assertFalse((self.folder / "bad.h5").exists())


@unittest.skipUnless(SHARED.is_dir(), "no folder golden in $BISPIKE_SHARED or ../shared")
class Golden(toy.ProgramTest):
    """The authors' own PyTorch code, spike by spike."""

    def check(self, folder, weights, *arguments, against="expected.h5"):
        golden = SHARED / folder
        return self.succeed("check", golden / weights, "--images", golden / "images.safetensors", "--against",
                            f"{golden}/{against}", "--network.heads", 4, *arguments)

    def assert_exact(self, text, layers):
        self.assertEqual(text.splitlines()[-1], "agrees")
        sums = re.findall(r"(\d+) of (\d+) spikes in (\d+) layers differ", text)
        self.assertEqual(len(sums), 2, text)
        for _, _, seen in sums:
            self.assertEqual(int(seen), layers)
        return int(sums[0][0]), int(sums[0][1])

    def test_every_spike_of_the_public_code(self):
        for network, layers in [("spikingformer", 18), ("spikformer", 19)]:
            for weights in ["weights.safetensors", "checkpoint.pth.tar"]:
                for options in [["--threads", 1], ["--threads", 2, "--simulate.chunk", 1], ["--no-fold"]]:
                    with self.subTest(network=network, weights=weights, options=options):
                        text = self.check(f"{network}_2_96", weights, *options)
                        self.assertEqual(self.assert_exact(text, layers)[0], 0)
                        self.assertRegex(text, r"folding normalisation into the weights flips \d+ of \d{7} spikes")
                        for logits in re.findall(r"logits differ by at most (\S+);", text):
                            self.assertLess(float(logits), 1e-3)

    def test_every_cell_of_bipolar_attention(self):
        differing = spikes = 0
        for query_key in ["binary", "ternary"]:
            for norm in ["none", "softmax", "shiftmax", "spike_count"]:
                for values in ["real_v", "spiked_v"]:
                    with self.subTest(query_key=query_key, norm=norm, values=values):
                        text = self.check("spikingformer_2_96", "weights.safetensors", "--attention.model",
                                          "bsa" if query_key == "ternary" else "ssa", "--attention.query_key",
                                          query_key, "--attention.score_norm", norm, "--attention.spike_v",
                                          "true" if values == "spiked_v" else "false", "--attention.scale",
                                          self.scale(query_key, norm, values),
                                          against=f"bipolar_cells.h5:/{query_key}/{norm}/{values}")
                        counts = self.assert_exact(text, 2)
                        differing, spikes = differing + counts[0], spikes + counts[1]
        self.assertEqual(spikes, 16 * 2 * 4 * 4 * 64 * 96)
        self.assertLessEqual(differing, spikes / 100000)

    def scale(self, *cell):
        with h5py.File(SHARED / "spikingformer_2_96/bipolar_cells.h5") as file:
            return float(file["/".join(cell)].attrs["scale"])

    def test_both_files_of_the_public_code_make_the_same_model(self):
        for network in NETWORKS:
            for name in ["weights.safetensors", "checkpoint.pth.tar"]:
                self.succeed("import", SHARED / f"{network}_2_96" / name, "--heads", 4, "-o", f"{name}.h5", "--quiet")
            self.assertEqual(*(weights(self.folder / f"{name}.h5") for name in
                               ["weights.safetensors", "checkpoint.pth.tar"]))

    def test_a_difference_is_named(self):
        golden = SHARED / "spikingformer_2_96"
        (self.folder / "expected.h5").write_bytes((golden / "expected.h5").read_bytes())
        with h5py.File(self.folder / "expected.h5", "r+") as file:
            spikes = file["spikes/block.0.attn.q_lif"]
            spikes[2, 1, 5, 7] = 1 - spikes[2, 1, 5, 7]
        said = self.refuse("check", golden / "weights.safetensors", "--images", golden / "images.safetensors",
                           "--against", "expected.h5", "--network.heads", 4, says=["expected.h5", "block.0.attn.q_lif"])
        self.assertRegex(said, r"fed with recorded spikes, \d of \d+ differ, first in `block\.0\.attn\.q_lif`")


if __name__ == "__main__":
    toy.main()
