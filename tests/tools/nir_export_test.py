"""Models as NIR graphs from the command line. Usage: FILE PROGRAM."""
import json
import os
import pathlib
import unittest

import h5py
import numpy

import toy

SHARED = pathlib.Path(os.environ.get("BISPIKE_SHARED", pathlib.Path(__file__).parents[3] / "shared")) / "data"
GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
# What the Python package `nir` takes, and nothing else.
FIELDS = {
    "Input": {"shape"}, "Output": {"shape"}, "Flatten": {"start_dim", "end_dim", "input_type"},
    "Affine": {"weight", "bias"}, "LIF": {"tau", "r", "v_leak", "v_threshold", "v_reset"},
    "IF": {"r", "v_threshold", "v_reset"},
    "Conv1d": {"input_shape", "weight", "bias", "stride", "padding", "dilation", "groups"},
    "Conv2d": {"input_shape", "weight", "bias", "stride", "padding", "dilation", "groups"},
}


def read(group):
    """A group as a dictionary, texts as str."""
    if isinstance(group, h5py.Group):
        return {name: read(item) for name, item in group.items()}
    value = group[()]
    return value.decode() if isinstance(value, bytes) else value


def kind(node):
    return node["type"]


def shapes(node):
    """What a node takes and gives, as the package has it; channels first."""
    if kind(node) in ("Input", "Output"):
        return tuple(node["shape"]), tuple(node["shape"])
    if kind(node) == "Affine":
        return node["weight"].shape[1:], node["weight"].shape[:1]
    if kind(node) in ("LIF", "IF"):
        return node["r"].shape, node["r"].shape
    if kind(node) == "Flatten":
        taken, first, last = tuple(node["input_type"]), node["start_dim"], node["end_dim"]
        return taken, (*taken[:first], numpy.prod(taken[first:last + 1]), *taken[last + 1:])
    given = numpy.atleast_1d(node["input_shape"])
    taps = numpy.array(node["weight"].shape[2:])
    made = (given + 2 * numpy.atleast_1d(node["padding"]) - node["dilation"] * (taps - 1) - 1) // node["stride"] + 1
    return (node["weight"].shape[1], *given), (node["weight"].shape[0], *made)


class Export(toy.ProgramTest):
    def check_graph(self, graph):
        """The rules of the package: known fields, one shape of a neuron's parameters, edges between like shapes."""
        self.assertEqual(graph["type"], "NIRGraph")
        self.assertLessEqual(set(graph), {"type", "nodes", "edges", "metadata"})
        for name, node in graph["nodes"].items():
            self.assertEqual(set(node) - {"type", "metadata"}, FIELDS[kind(node)], name)
            if kind(node) in ("LIF", "IF"):
                self.assertEqual(len({node[field].shape for field in FIELDS[kind(node)]}), 1, name)
        for source, target in graph["edges"]:
            left, right = graph["nodes"][source.decode()], graph["nodes"][target.decode()]
            self.assertEqual(tuple(shapes(left)[1]), tuple(shapes(right)[0]), (source, target))

    def test_what_nir_cannot_express_is_listed_and_nothing_is_written(self):
        model = self.train()
        (self.folder / "old.nir").write_bytes(b"an older file")
        for path in ("new.nir", "old.nir"):
            self.refuse("export", model, "--image", "1x8x8", "-o", path,
                        says=["NIR cannot express 8 of its 20 layers", "first `stem.1_pool` (max pooling)", "--partial"])
        self.assertFalse((self.folder / "new.nir").exists())
        done = self.run_program("export", model, "--image", "1x8x8", "-o", "new.nir")
        listed = [line.split()[2] for line in done.stdout.splitlines() if "left out:" in line]
        self.assertEqual(listed, ["stem.1_pool", "block.0.attn.q_lif", "block.0.attn.k_lif", "block.0.attn.score",
                                  "block.0.attn.weight", "block.0.attn.mix", "block.0.attn.attn_lif", "head"])
        self.assertIn("a neuron that fires -1, 0 and +1", done.stdout)

    def test_pieces_are_graphs_that_the_python_package_takes(self):
        model = self.train()
        text = self.succeed("export", model, "--image", "1x8x8", "--partial", "-o", "pieces.nir",
                            "--network.dt", "1e-3")
        self.assertIn("12 of 20 layers in 5 graphs", text)
        self.assertIn("neurons fire at their threshold", text)
        with h5py.File(self.folder / "pieces.nir") as file:
            self.assertIsInstance(read(file["version"]), str)
            top = read(file["node"])
        self.assertEqual(len(top["edges"]), 0)
        layers = 0
        for name, piece in top["nodes"].items():
            self.assertIn(name, piece["nodes"])
            self.check_graph(piece)
            layers += sum(kind(node) in ("Affine", "Conv1d", "Conv2d", "LIF", "IF") for node in piece["nodes"].values())
        self.assertEqual(layers, 12)
        words = top["metadata"]
        self.assertEqual((words["network.model"], words["readout.model"], words["dt"]), ("spikingformer", "mean", 1e-3))
        self.assertIn(b"stem.1_pool: max pooling", list(words["left_out"]))
        self.assertEqual(len(words["left_out"]), 8)
        lif = top["nodes"]["block.0.attn.proj"]["nodes"]["block.0.mlp.fc2_lif"]
        self.assertTrue((lif["tau"] == 2e-3).all())
        self.assertTrue((lif["v_threshold"] == numpy.nextafter(numpy.float32(1), numpy.float32(0))).all())
        self.assertIn("pieces.nir: 5 NIR graphs", self.succeed("info", "pieces.nir"))

    def test_wrong_command_lines(self):
        model = self.train()
        self.refuse("export", model, "-o", "a.nir", says=["model.h5", "give --image CxHxW"])
        for size in ("8x8", "1x8x8x8", "0x8x8", "1x8xa", "x1x8x8", "1x8x8 ", "-1x8x8"):
            self.refuse("export", model, "--image", size, "-o", "a.nir", says=f"--image {size}")
        self.refuse("export", model, "--image", "3x8x8", "-o", "a.nir", says=["stem.0.weight", "[4, 1, 3, 3]"])
        self.refuse("export", model, "--image", "1x8x8", "--network.dt", "0", "-o", "a.nir", says="network.dt = 0")
        self.refuse("export", model, "--image", "1x8x8", "--network.depht", "2", "-o", "a.nir", says="network.depth")
        self.refuse("export", model, "-o", "a.txt", says=["a.txt", ".safetensors or .nir"])
        self.refuse("export", self.config, "--image", "1x8x8", "-o", "a.nir", says="no weights in it")
        for flags in (["--partial", "-o", "a.safetensors"], ["--image", "1x8x8", "-o", "a.safetensors"],
                      ["--as", "spikformer", "-o", "a.nir"], []):
            self.refuse("export", model, *flags, says="", status=2)
        self.assertFalse(list(self.folder.glob("a.*")))

    def test_public_weights_become_pieces_too(self):
        model = self.train("run", "--attention.query_key", "binary", "--attention.model", "ssa", "--attention.score_norm", "none")
        self.succeed("export", model, "-o", "public.safetensors")
        flags = ["--network.heads", 2, "--network.stem_pools", "0,1", "--image", "1x8x8", "--partial", "--quiet"]
        self.succeed("export", "public.safetensors", *flags, "-o", "public.nir")
        self.succeed("export", model, "--image", "1x8x8", "--partial", "--quiet", "-o", "own.nir")
        with h5py.File(self.folder / "public.nir") as public, h5py.File(self.folder / "own.nir") as own:
            self.assertEqual(str(read(public["node/nodes"])), str(read(own["node/nodes"])))

    def test_a_graph_is_written_anew_with_what_it_lacked(self):
        self.succeed("export", GOLDEN / "python.nir", "-o", "again.nir")
        with h5py.File(GOLDEN / "python.nir") as first, h5py.File(self.folder / "again.nir") as second:
            for name in ("features.0", "features.1"):
                left, right = read(first["node/nodes"][name]), read(second["node/nodes"][name])
                self.assertEqual(set(left), set(right))
            self.assertEqual(str(read(first["node/metadata"])), str(read(second["node/metadata"])))
        self.succeed("export", "again.nir", "-o", "third.nir")
        self.assertEqual(self.succeed("info", "again.nir").splitlines()[1:],
                         self.succeed("info", "third.nir").splitlines()[1:])
        self.refuse("export", "again.nir", "-o", "a.safetensors", says=["again.nir", ".nir"])

    @unittest.skipUnless(SHARED.is_dir(), "no folder data in $BISPIKE_SHARED or ../shared")
    def test_public_graphs_give_the_same_answers_when_written_anew(self):
        for path in sorted((SHARED / "nir").glob("*.nir")):
            self.succeed("export", path, "-o", path.name)
            self.assertEqual(self.succeed("info", path).splitlines()[1:], self.succeed("info", path.name).splitlines()[1:])
        answers = []
        for path in (SHARED / "nir/cnn_sinabs.nir", "cnn_sinabs.nir"):
            self.succeed("simulate", path, "--data", "nmnist", "--data.path", SHARED / "nmnist", "--quiet",
                         "--simulate.images", 12, "--network.timesteps", 100, "--json", "out.json")
            results = json.loads((self.folder / "out.json").read_text())
            answers.append([results[key] for key in ("accuracy_by_step", "confusion", "spikes")])
        self.assertEqual(*answers)


if __name__ == "__main__":
    toy.main()
