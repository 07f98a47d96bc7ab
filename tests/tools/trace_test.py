"""Traces from the command line: they open in h5py and agree with results.json. Usage: FILE PROGRAM."""
import json
import pathlib
import resource
import signal
import subprocess
import sys
import time

import h5py
import numpy

import toy

READER = pathlib.Path(__file__).parents[2] / "tools/python/bispike_trace.py"
sys.path.insert(0, str(READER.parent))
from bispike_trace import Trace, traced_pixels  # noqa: E402


class TraceTest(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = self.train()

    def trace(self, *arguments):
        """Simulates with a trace of all images. Returns the results; the trace is at trace.h5."""
        traced = ["--trace", "trace.h5", "--trace-images", 24]
        return json.loads(self.succeed("simulate", self.model, "--json", *traced, *arguments))

    def open(self):
        file = h5py.File(self.folder / "trace.h5", "r")
        self.addCleanup(file.close)
        return file


    def loader(self):
        trace = Trace(self.folder / "trace.h5")
        self.addCleanup(trace.file.close)
        return trace


class Content(TraceTest):
    def test_spikes_agree_with_the_results(self):
        for neuron in ["lif", "ternary_lif", "ilif"]:
            results = self.trace("--neuron.model", neuron)
            self.assertGreater(results["spikes"], 0)
            layers = [layer for layer in results["layers"] if layer["kind"] == "neuron"]
            with Trace(self.folder / "trace.h5") as trace:
                self.assertEqual(trace.neurons, [layer["name"] for layer in layers])
                for layer in layers:
                    dense = trace.spikes(layer["name"]).astype(int)
                    self.assertEqual((dense.shape[:2], dense.size), ((24, 4), layer["slots"]), layer["name"])
                    self.assertEqual(numpy.count_nonzero(dense), layer["spikes"], layer["name"])
                    self.assertEqual(numpy.count_nonzero(dense < 0), layer["negative_spikes"], layer["name"])
                    self.assertEqual(numpy.abs(dense).sum(), layer["spike_level"], layer["name"])
                    counts = trace.file["counts"][layer["name"]][:]
                    self.assertTrue((counts == numpy.count_nonzero(dense.reshape(24, 4, -1), axis=2)).all())

    def test_a_trace_goes_into_a_new_output_folder(self):
        self.succeed("simulate", self.model, "--output", "new/run", "--trace", "new/run/trace.h5")
        with h5py.File(self.folder / "new/run/trace.h5", "r") as trace:
            self.assertEqual(len(trace["samples"]["index"]), 16)

    def test_predictions_agree_with_the_results(self):
        results = self.trace()
        samples = self.open()["samples"]
        logits, label, prediction = (samples[name][:] for name in ["logits", "label", "prediction"])
        self.assertEqual(samples["index"][:].tolist(), list(range(24)))
        self.assertEqual(label.tolist(), [i % 3 for i in range(24)])
        self.assertTrue((prediction == logits[:, -1].argmax(axis=1)).all())
        by_step = (logits.argmax(axis=2) == label[:, None]).mean(axis=0)
        numpy.testing.assert_allclose(by_step, results["accuracy_by_step"], rtol=1e-12)

    def test_membranes_explain_the_spikes(self):
        self.trace("--neuron.model", "lif", "--neuron.threshold", "0.75", "--trace-layers", "block.0.mlp.fc1_lif")
        trace = self.loader()
        potential, theta = trace.membrane("block.0.mlp.fc1_lif"), trace.threshold("block.0.mlp.fc1_lif")
        self.assertEqual(theta, 0.75)
        self.assertTrue(((potential >= theta) == trace.spikes("block.0.mlp.fc1_lif")).all())

    def test_currents_explain_the_membranes(self):
        """h = v + (x - v) / tau from the current x; v is h, or 0 after a spike: SpikingJelly's convention."""
        self.trace("--neuron.model", "lif", "--trace-what", "membrane,current,spikes")
        trace = self.loader()
        for layer in trace.neurons:
            x, h, s = trace.current(layer), trace.membrane(layer), trace.spikes(layer)
            self.assertEqual((x.shape, x.dtype), (h.shape, numpy.float32))
            v = numpy.zeros_like(h[:, 0])
            for step in range(4):
                numpy.testing.assert_allclose(h[:, step], v + (x[:, step] - v) / 2, rtol=1e-5, atol=1e-6,
                                              err_msg=layer)
                v = numpy.where(s[:, step] != 0, 0, h[:, step])

    def test_currents_are_the_same_in_chunks_of_time(self):
        self.trace("--trace-what", "current")
        usual = {layer: self.loader().current(layer) for layer in self.loader().neurons}
        self.trace("--trace-what", "current", "--simulate.chunk", 1, "--simulate.batch", 5)
        for layer, current in usual.items():
            numpy.testing.assert_array_equal(self.loader().current(layer), current)

    def test_attention_rows_sum_to_one(self):
        self.trace("--attention.score_norm", "spike_count", "--trace-layers", "block.0.attn*")
        trace = self.open()
        attention = trace["attention/block.0.attn"]
        weight = attention["weight"][:]
        self.assertEqual(weight.shape[:3], (24, 4, 2))
        numpy.testing.assert_allclose(weight.sum(axis=-1), 1, atol=1e-5)
        self.assertTrue((attention["score"][:] == numpy.round(attention["score"][:])).all())


class Energy(TraceTest):
    def counted(self, *arguments, folder="run", images=24):
        """Simulates with energy counted and images traced. Returns energy.json; the trace is beside it, trace.h5."""
        self.succeed("simulate", self.config, "--output", folder, "--trace", f"{folder}/trace.h5", "--trace-images", images,
                     "--quiet", *arguments)
        return json.loads((self.folder / folder / "energy.json").read_text())

    def loader(self, path="run/trace.h5"):
        trace = Trace(self.folder / path)
        self.addCleanup(trace.file.close)
        return trace

    def test_the_maps_of_all_images_have_the_map_of_the_run_as_their_mean(self):
        for arguments in [[], ["--attention.model", "ssa"], ["--network.model", "spikformer"]]:
            place = self.counted(*arguments)["attribution"]
            trace = self.loader()
            whole = trace.energy().astype(float)
            self.assertEqual(whole.shape, (24, 4, place["rows"], place["columns"]))
            numpy.testing.assert_allclose(whole.mean(axis=0), place["map_by_step_pj"], rtol=1e-6)
            for product in place["attention"]:
                heads = trace.energy(product["layer"]).astype(float).mean(axis=0).sum(axis=0)
                numpy.testing.assert_allclose(heads, product["map_by_head_pj"], rtol=1e-6, err_msg=product["layer"])

    def test_the_layers_of_an_image_add_up_to_its_map_and_over_images_to_their_counts(self):
        counted = self.counted()
        trace = self.loader()
        layers = {layer: trace.energy(layer).astype(float) for layer in trace.energy_layers}
        by_patch = sum(e.sum(axis=2) if e.ndim == 5 else e for e in layers.values())
        numpy.testing.assert_allclose(by_patch, trace.energy(), rtol=1e-5)
        exact = next(c for c in counted["conventions"] if c["name"] == "exact")
        told = {layer["name"]: layer["energy_pj"] for layer in exact["layers"] if layer["mac"] + layer["ac"] > 0}
        self.assertGreater(len(told), 6)
        for layer, energy in told.items():
            self.assertAlmostEqual(layers[layer].sum() / 24 / energy, 1, places=5, msg=layer)
        dearest = trace.energy().sum(axis=(1, 2, 3))
        self.assertGreater(dearest.max(), dearest.min())  # images differ

    def test_threads_batches_and_chunks_change_no_bit(self):
        self.counted("--threads", 1)
        with Trace(self.folder / "run/trace.h5") as trace:
            usual = {layer: trace.energy(layer) for layer in [None, *trace.energy_layers]}
        for cut in [["--threads", 2], ["--simulate.batch", 5], ["--simulate.chunk", 1]]:
            self.counted(*cut)
            with Trace(self.folder / "run/trace.h5") as trace:
                for layer, energy in usual.items():
                    numpy.testing.assert_array_equal(trace.energy(layer), energy)

    def test_some_images_and_layers(self):
        self.counted()
        whole = self.loader().energy()
        self.counted("--trace-layers", "block.0.attn.*", images="index:3,17", folder="part")
        part = self.loader("part/trace.h5")
        numpy.testing.assert_array_equal(part.energy(), whole[[3, 17]])
        self.assertEqual(part.energy_layers, [f"block.0.attn.{name}" for name in ["q", "k", "v", "score", "weight", "mix", "proj"]])
        attributes = part.file["energy"].attrs
        self.assertEqual((attributes["convention"], attributes["prices"]), ("exact", "45nm"))
        for energy in [part.file["samples/energy"], part.file["energy/block.0.attn.q"]]:
            self.assertEqual((energy.attrs["unit"], list(energy.attrs["axes"])), ("pJ", ["sample", "step", "row", "column"]))
        self.assertEqual(list(part.file["energy/block.0.attn.mix"].attrs["axes"])[2:], ["head", "row", "column"])

    def test_energy_is_shown_and_exported_like_the_rest(self):
        self.counted("--trace-what", "energy", images=2)
        told = json.loads(self.succeed("trace", "info", "run/trace.h5", "--json"))
        self.assertEqual({array["quantity"] for array in told["arrays"]}, {"energy"})
        self.assertIn("image\tstep\trow\tcolumn\tenergy\n", self.succeed("trace", "cat", "run/trace.h5", "stem.0"))
        self.succeed("trace", "export", "run/trace.h5", "--format", "npz", "--output", "e.npz")
        with numpy.load(self.folder / "e.npz") as arrays:
            numpy.testing.assert_array_equal(arrays["energy/stem.0"], self.loader().energy("stem.0"))
        for format in ["sonata", "nirdata"]:
            self.refuse("trace", "export", "run/trace.h5", "--format", format, "--output", "e.h5", says=format)

    def test_a_run_that_counts_no_energy_has_none(self):
        self.trace()
        with self.assertRaisesRegex(KeyError, "holds no energy"):
            self.loader("trace.h5").energy()
        self.assertNotIn("energy", self.open())
        self.refuse("simulate", self.model, "--trace", "trace.h5", "--trace-what", "spikes,energy",
                    says=["--trace-what energy", "--output"])
        self.counted("--trace-what", "spikes")
        self.assertNotIn("energy", self.loader().file["samples"])


class Choice(TraceTest):
    def test_a_trace_says_what_it_is(self):
        self.trace()
        trace = self.open()
        self.assertEqual(trace.attrs["schema"], "bispike-trace")
        self.assertEqual((trace.attrs["timesteps"], trace.attrs["complete"]), (4, 1))
        self.assertEqual(trace["settings"].attrs["network.dim"], "8")
        self.assertFalse((self.folder / "trace.h5.partial").exists())

    def test_only_the_chosen_layers_and_images_are_kept(self):
        self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-images", 5,
                     "--trace-layers", "block.0.attn.q_lif, *.k_lif")
        trace = self.open()
        self.assertEqual(sorted(trace["spikes"]), ["block.0.attn.k_lif", "block.0.attn.q_lif"])
        self.assertEqual(len(trace["samples/index"]), 5)

    def test_sixteen_images_are_kept_unless_told_otherwise(self):
        self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5")
        self.assertEqual(len(self.open()["samples/index"]), 16)

    def test_threads_batches_and_chunks_change_no_spike(self):
        def spikes():
            with Trace(self.folder / "trace.h5") as trace:
                return {layer: trace.spikes(layer).tobytes() for layer in trace.neurons}
        self.trace("--threads", 1)
        usual = spikes()
        for cut in [["--threads", 2], ["--simulate.batch", 5], ["--simulate.chunk", 1]]:
            self.trace(*cut)
            self.assertEqual(spikes(), usual, cut)


    def test_images_are_chosen_by_number_and_by_class(self):
        for choice, images in [("index:21,3-5", [3, 4, 5, 21]), ("class:1", list(range(1, 24, 3))),
                               ("class:2,0:2", [0, 2, 3, 5]), ("7", list(range(7)))]:
            self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-images", choice)
            trace = self.loader()
            self.assertEqual(trace.images.tolist(), images)
            self.assertEqual(trace.labels.tolist(), [i % 3 for i in images])
            trace.file.close()

    def test_chosen_images_are_traced_as_among_all(self):
        self.trace()
        usual = self.loader()
        picked = {layer: usual.spikes(layer)[[3, 4, 21]] for layer in usual.neurons}
        usual.file.close()
        self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-images", "index:3-4,21")
        for layer, spikes in picked.items():
            numpy.testing.assert_array_equal(self.loader().spikes(layer), spikes)

    def test_only_the_chosen_quantities_are_kept(self):
        for what, groups in [("spikes", ["counts", "spikes"]), ("membrane, current", ["current", "membrane"]),
                             ("score", ["attention"])]:
            self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-what", what)
            with h5py.File(self.folder / "trace.h5", "r") as trace:
                full = [group for group in ["attention", "counts", "current", "membrane", "spikes"] if len(trace[group])]
            self.assertEqual(full, groups)

    def test_a_trace_carries_its_origin_and_that_is_the_one_of_the_results(self):
        results = self.trace("--threads", 1)
        trace = self.loader()
        for key in ["model_hash", "data_hash", "seed", "version", "compiler", "dispatch", "threads"]:
            self.assertEqual(trace.provenance[key], results[key], key)
        self.assertEqual(trace.settings, results["settings"])

    def test_pixels_of_the_traced_images_are_found(self):
        self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-images", "index:2,7")
        pixels = traced_pixels(self.loader())
        self.assertEqual((pixels.shape, pixels.dtype), ((2, 8, 8), numpy.uint8))
        self.assertEqual([int(image.sum(axis=1).argmax()) // 3 for image in pixels], [2, 1])

    def test_what_cannot_be_traced_is_named(self):
        for flag, value, says in [("layers", "block.0.attn.q_lip", "did you mean `block.0.attn.q_lif`"),
                                  ("layers", ",", "the layers to trace are"),
                                  ("images", "index:24", "there is no image 24"),
                                  ("images", "class:3", "none of the 24 images is of class 3"),
                                  ("images", "0", "`0` is not a number of at least 1"),
                                  ("what", "spikes,membranes", "did you mean `membrane`?")]:
            self.refuse("simulate", self.model, "--trace", "trace.h5", f"--trace-{flag}", value, says=says)
        for flag in ["layers", "images", "what"]:
            self.refuse("simulate", self.model, f"--trace-{flag}", "1", says="needs --trace FILE", status=2)


class Limits(TraceTest):
    def test_memory_does_not_grow_with_the_trace(self):
        """The bound of sim/report/README.md: lanes in flight and three more, and a hundredth of the file."""
        images = toy.write_images(self.folder / "many", test=3000)
        run = ["--data.set", f"idx:{images}", "--threads", 1, "--simulate.batch", 8]
        peak = {}
        for count in [16, 3000]:
            told = self.succeed("simulate", self.model, *run, "--json", "--trace", "trace.h5", "--trace-images", count)
            peak[count] = json.loads(told)["peak_memory_bytes"]
        with h5py.File(self.folder / "trace.h5", "r") as trace:
            arrays = []
            trace.visititems(lambda _, item: arrays.append(item) if isinstance(item, h5py.Dataset) else None)
            held = sum(array.size * array.dtype.itemsize for array in arrays)
        lanes = (2 * 1 + 3) * 8 / 3000 * held
        index = (self.folder / "trace.h5").stat().st_size / 100
        spread = 8e6  # of the allocators' from run to run
        self.assertGreater(held, 10 * (lanes + index + spread))
        self.assertLess(peak[3000] - peak[16], lanes + index + spread)

    def test_a_full_disk_is_one_clear_line(self):
        def small_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
        self.trace()
        self.refuse("simulate", self.model, "--trace", "trace.h5", "--trace-images", 24, preexec_fn=small_disk,
                    says=["trace.h5.partial: cannot write /", "File too large"])


class Interrupt(TraceTest):
    def test_a_killed_run_leaves_a_trace_up_to_its_last_flush(self):
        images = toy.write_images(self.folder / "many", test=60000)
        command = [self.program, "simulate", str(self.model), "--data.set", f"idx:{images}", "--quiet", "--threads",
                   "1", "--trace", "trace.h5", "--trace-images", "60000"]
        partial = self.folder / "trace.h5.partial"
        with subprocess.Popen(command, cwd=self.folder) as run:
            while run.poll() is None and not (partial.exists() and partial.stat().st_size > 3_000_000):
                time.sleep(0.01)
            run.kill()
        self.assertEqual(run.returncode, -signal.SIGKILL)
        partial.rename(self.folder / "cut.h5")
        told = json.loads(self.succeed("trace", "info", "cut.h5", "--json"))
        count = told["images"]
        self.assertTrue(0 < count < 60000 and not told["complete"], told["images"])
        self.succeed("simulate", self.model, "--data.set", f"idx:{images}", "--quiet", "--simulate.images", count,
                     "--trace", "trace.h5", "--trace-images", count)
        with Trace(self.folder / "cut.h5") as cut, Trace(self.folder / "trace.h5") as whole:
            self.assertEqual((cut.complete, whole.complete), (False, True))
            self.assertEqual(cut.images.tolist(), list(range(count)))
            numpy.testing.assert_array_equal(cut.logits, whole.logits)
            for layer in whole.neurons:
                numpy.testing.assert_array_equal(cut.spikes(layer), whole.spikes(layer))
                numpy.testing.assert_array_equal(cut.membrane(layer), whole.membrane(layer))
        self.assertRegex(self.succeed("trace", "diff", "cut.h5", "trace.h5"), "all spikes equal")

    def test_ctrl_c_leaves_the_older_trace_alone_and_names_the_new_one(self):
        self.trace()
        before = self.checksums()
        images = toy.write_images(self.folder / "many", test=60000)
        for number in [signal.SIGINT, signal.SIGTERM]:
            status, printed, said = self.interrupt(images, number)
            self.assertEqual((status, printed, said.count("\n")), (1, "", 1), said)
            self.assertRegex(said, r"^bispike: interrupted after \d+ of 60000 images; .* trace\.h5\.partial$")
            after = self.checksums()
            self.assertEqual(before, {path: after.get(path) for path in before})
            self.assertFalse((self.folder / "cut/results.json").exists())
            self.assertGreater((self.folder / "trace.h5.partial").stat().st_size, 0)
            (self.folder / "trace.h5.partial").unlink()

    def interrupt(self, images, number):
        """Starts a run over many images and sends it a signal once it traces. Returns exit status, stdout, stderr."""
        command = [self.program, "simulate", str(self.config), "--data.set", f"idx:{images}", "--network.depth", "8",
                   "--output", "cut", "--trace", "trace.h5", "--threads", "1"]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as run:
            while run.poll() is None and not (self.folder / "trace.h5.partial").exists():
                time.sleep(0.01)
            time.sleep(0.2)
            run.send_signal(number)
            printed, said = run.communicate(timeout=300)
        return run.returncode, printed, said


class Diff(TraceTest):
    def test_equal_traces_are_equal(self):
        self.trace()
        (self.folder / "trace.h5").rename(self.folder / "a.h5")
        self.trace("--simulate.chunk", 1, "--threads", 1)
        self.assertRegex(self.succeed("trace", "diff", "a.h5", "trace.h5"), r"^\d+ layers, all spikes equal\n$")

    def test_the_first_different_spike_of_each_layer_is_named(self):
        self.trace("--neuron.model", "lif")
        (self.folder / "a.h5").write_bytes((self.folder / "trace.h5").read_bytes())
        self.trace("--neuron.model", "lif", "--neuron.threshold", "0.97")
        done = self.run_program("trace", "diff", "a.h5", "trace.h5")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        with Trace(self.folder / "a.h5") as one, Trace(self.folder / "trace.h5") as other:
            lines = {line.split(": ")[0]: line for line in done.stdout.splitlines()}
            for layer in one.neurons:
                a, b = (file.spikes(layer).astype(int) for file in [one, other])
                different = numpy.argwhere(a.reshape(24, 4, -1, a.shape[-1]) != b.reshape(24, 4, -1, a.shape[-1]))
                self.assertEqual(layer in lines, len(different) > 0, layer)
                if len(different):
                    image, step, token, channel = different[0]
                    self.assertIn(f"{layer}: {len(different)} of {a.size} spikes differ; first at image {image}, step "
                                  f"{step}, token {token}, channel {channel}: ", lines[layer])
                    self.assertIn("; potential ", lines[layer])
            self.assertGreater(len(lines), 0)

    def test_what_cannot_be_compared(self):
        self.trace()
        self.refuse("trace", "diff", "trace.h5", "none.h5", says=["none.h5", "No such file"])
        self.refuse("trace", "diff", "trace.h5", self.model, says="model.h5")
        self.refuse("trace", "diff", "trace.h5", says="two traces", status=2)
        self.succeed("simulate", self.model, "--quiet", "--trace", "few.h5", "--trace-images", 3)
        self.refuse("trace", "diff", "trace.h5", "few.h5", says=["trace.h5", "few.h5", "[24, 4"])


class Reader(TraceTest):
    def read(self, *arguments):
        command = [sys.executable, str(READER), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def test_it_lists_layers_with_their_rates(self):
        layers = {layer["name"]: layer for layer in self.trace()["layers"] if layer["kind"] == "neuron"}
        first, *lines = self.read("trace.h5")
        self.assertEqual(first, "24 images, 4 steps")
        rates = {line.split(": ")[0]: float(line.split()[-1]) for line in lines}
        for name, layer in layers.items():
            self.assertAlmostEqual(rates[name], layer["firing_rate"], delta=5.1e-5, msg=name)

    def test_it_decodes_a_layer(self):
        layers = {layer["name"]: layer for layer in self.trace()["layers"]}
        lines = self.read("trace.h5", "block.0.attn.q_lif", "--save", "q.npy")
        spikes = layers["block.0.attn.q_lif"]["spikes"]
        self.assertEqual(sum(int(n) for line in lines for n in line.split()[1:]), spikes)
        self.assertEqual(numpy.count_nonzero(numpy.load(self.folder / "q.npy")), spikes)


if __name__ == "__main__":
    toy.main()
