"""NIR graphs and recordings from the command line. Usage: FILE PROGRAM."""
import gzip
import json
import os
import pathlib
import struct
import unittest

import h5py

import toy

SHARED = pathlib.Path(os.environ.get("BISPIKE_SHARED", pathlib.Path(__file__).parents[3] / "shared")) / "data"


@unittest.skipUnless(SHARED.is_dir(), "no folder data in $BISPIKE_SHARED or ../shared")
class Graph(toy.ProgramTest):
    def simulate(self, *arguments):
        self.succeed("simulate", SHARED / "nir/cnn_sinabs.nir", "--data", "nmnist", "--data.path", SHARED / "nmnist",
                     "--quiet", "--json", "out.json", *arguments)
        return json.loads((self.folder / "out.json").read_text())

    def test_a_public_graph_recognises_real_recordings(self):
        results = self.simulate()
        self.assertEqual((results["images"], results["timesteps"], results["network"]), (300, 300, "nir"))
        self.assertGreaterEqual(results["accuracy"], 0.95)
        self.assertEqual(len(results["accuracy_by_step"]), 300)

    def test_chunks_batches_and_threads_change_no_figure(self):
        keys = ["accuracy_by_step", "confusion", "spikes", "synops_per_image", "updates_per_image"]
        usual = self.simulate("--simulate.images", 12)
        for cut in [["--simulate.chunk", 7], ["--simulate.batch", 5], ["--threads", 1]]:
            other = self.simulate("--simulate.images", 12, *cut)
            self.assertEqual([other[key] for key in keys], [usual[key] for key in keys], cut)
        self.assertGreater(usual["spikes"], 0)

    def test_the_config_of_a_run_repeats_it(self):
        first = self.simulate("--simulate.images", 8, "--output", "run")
        text = self.succeed("simulate", "run/config.ini", "--json")
        self.assertEqual(json.loads(text)["confusion"], first["confusion"])

    def test_energy_is_what_the_layers_count(self):
        results = self.simulate("--simulate.images", 6, "--output", "run", "--trace", "run/trace.h5", "--trace-what",
                                "energy")
        energy = json.loads((self.folder / "run/energy.json").read_text())
        exact = next(c for c in energy["conventions"] if c["name"] == "exact")
        self.assertGreater(exact["ac"], 1e5)
        self.assertAlmostEqual(exact["energy_pj"] / results["energy_per_image_pj"], 1, places=9)
        self.assertAlmostEqual((exact["ac"] + exact["mac"]) / results["synops_per_image"], 1, places=9)
        ours = {layer["name"]: layer["energy_pj"] for layer in exact["layers"]}
        for layer in results["layers"]:
            self.assertAlmostEqual(ours[layer["name"]], layer["energy_per_image_pj"], places=3, msg=layer["name"])
        place = energy["attribution"]
        self.assertAlmostEqual(sum(map(sum, place["map_pj"])) / exact["energy_pj"], 1, places=9)
        values = []
        with h5py.File(SHARED / "nir/cnn_sinabs.nir", "r") as graph:
            graph.visititems(lambda name, item: values.append(item.size) if name.endswith(("/weight", "/bias")) else None)
        self.assertEqual(energy["neurobench"]["parameter_count"], sum(values))
        self.assertEqual(self.succeed("verify", "run"), "run: repeated to the bit: results.json, energy.json\n")
        self.succeed("report", "run")
        text = self.succeed("energy", SHARED / "nir/cnn_sinabs.nir", "--data", "nmnist", "--data.path", SHARED / "nmnist",
                            "--simulate.images", 2)
        self.assertIn("spikingjelly", text)

    def test_data_that_do_not_fit(self):
        self.refuse("simulate", SHARED / "nir/braille_norse.nir", "--data", "nmnist", "--data.path", SHARED / "nmnist",
                    says=["braille_norse.nir", "1x1 pixels of 12 channels to 7", "34x34 of 2 to 10"])
        self.refuse("simulate", SHARED / "nir/cnn_sinabs.nir", "--data.set", f"idx:{self.images}",
                    says=["encoder.model = frames", "still images"])
        self.refuse("simulate", SHARED / "nir/cnn_sinabs.nir", "--data", "nmnist", says="--data.path")

    def test_info_says_what_files_hold(self):
        for name, says in [("cnn_sinabs", "15 nodes, 14 edges, 0 of them recurrent"), ("braille_norse", "recurrent: "),
                           ("braille_noDelay_bias_zero", "recurrent: "), ("lif_norse", "4 nodes"),
                           ("two_lif_neurons", "6 nodes")]:
            self.assertIn(says, self.succeed("info", SHARED / f"nir/{name}.nir"))
        self.assertRegex(self.succeed("info", SHARED / "nmnist/1.bs2"), r"N-MNIST recording, \d+ events")
        weights = self.succeed("info", SHARED.parent / "golden/spikformer_2_96/weights.safetensors")
        self.assertIn("names of spikformer (CIFAR form)", weights)


class Info(toy.ProgramTest):
    def test_what_cannot_be_read_is_said_in_one_line(self):
        for name in ["a.nir", "7.bs2", "a.pth", "a.safetensors", "a.h5", "a-idx3-ubyte", "test_batch.bin", "train.bin"]:
            (self.folder / name).write_bytes(b"text")
            self.refuse("info", name, says=name)
            self.refuse("info", "none-" + name, says="none-" + name)

    def test_a_recording_by_hand(self):
        event = struct.pack(">BBI", 3, 4, 1 << 23 | 99)
        (self.folder / "7.bin").write_bytes((event[:2] + event[3:]) * 2)
        self.assertIn("2 events (2 ON), 0 us, 34x34", self.succeed("info", "7.bin"))

    def test_files_of_image_sets_by_hand(self):
        told = self.succeed("info", "images/train-images-idx3-ubyte", "images/t10k-labels-idx1-ubyte")
        self.assertRegex(told, r"train-images-idx3-ubyte: IDX array of bytes \[48, 8, 8\], \d+ to \d+\n")
        self.assertIn("t10k-labels-idx1-ubyte: IDX array of bytes [24], 0 to 2\n", told)
        (self.folder / "data_batch_1.bin").write_bytes((bytes([7]) + bytes(3072)) * 2)
        (self.folder / "test.bin.gz").write_bytes(gzip.compress(bytes([3, 99]) + bytes(3072)))
        self.assertEqual(self.succeed("info", "data_batch_1.bin", "test.bin.gz"),
                         "data_batch_1.bin: CIFAR-10, 2 images 32x32x3, 0 to 2 of a class\n"
                         "test.bin.gz: CIFAR-100, 1 images 32x32x3, 0 to 1 of a class\n")

    def test_a_trace(self):
        self.succeed("simulate", self.config, "--quiet", "--trace", "trace.h5")
        self.assertRegex(self.succeed("info", "trace.h5"), r"trace of 16 images, 4 steps\n  stem\.1_lif\n  block\.0")


if __name__ == "__main__":
    toy.main()
