"""`bispike trace info, cat and export`: what they show is what the trace holds. Usage: FILE PROGRAM."""
import csv
import json
import pathlib
import resource
import signal
import sys

import h5py
import numpy

import toy

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools/python"))
from bispike_trace import Trace  # noqa: E402

LAYER, ATTENTION, STEPS = "block.0.attn.q_lif", "block.0.attn", 4
EVERYTHING = "spikes, membrane, current, score, attention"


class ViewTest(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = self.train()
        self.simulate()

    def simulate(self, *arguments):
        """A trace of images 0, 2, 3 and 20 at trace.h5, open as self.trace."""
        self.succeed("simulate", self.model, "--quiet", "--trace", "trace.h5", "--trace-images", "index:0,2-3,20",
                     "--trace-what", EVERYTHING, *arguments)
        self.trace = Trace(self.folder / "trace.h5")
        self.addCleanup(self.trace.file.close)

    def export(self, form, *arguments):
        path = self.folder / f"out.{form}"
        self.succeed("trace", "export", "trace.h5", "--format", form, "--output", path, *arguments)
        return path

    def flat(self, layer):
        """The spikes of a layer, [image, step, neuron]."""
        return self.trace.spikes(layer).astype(int).reshape(4, STEPS, -1)


class Sonata(ViewTest):
    """The rules by which libsonata reads, one by one; and libsonata itself where it is installed."""

    def open(self, *arguments):
        path = self.export("sonata", *(arguments or ["--what", "spikes,membrane"]))
        file = h5py.File(path, "r")
        self.addCleanup(file.close)
        return file

    def test_the_file_says_what_it_is(self):
        file = self.open()
        self.assertEqual((file.attrs["magic"], file.attrs["magic"].dtype), (0x0A7A, numpy.uint32))
        self.assertEqual((file.attrs["version"].tolist(), file.attrs["version"].dtype), ([0, 1], numpy.uint32))
        self.assertEqual(sorted(file["spikes"]), sorted(self.trace.neurons))
        self.assertEqual(sorted(file["report"]), sorted(self.trace.neurons))

    def test_spikes_are_those_of_the_trace_in_the_order_of_time(self):
        file = self.open("--what", "spikes,membrane", "--step-ms", "0.5")
        for layer in self.trace.neurons:
            group = file["spikes"][layer]
            times, nodes = group["timestamps"], group["node_ids"]
            self.assertEqual((times.dtype, nodes.dtype), (numpy.float64, numpy.uint64))
            self.assertEqual(times.attrs["units"], "ms")
            self.assertEqual(times.shape, nodes.shape)
            self.assertTrue((numpy.diff(times[:]) >= 0).all())
            spikes = self.flat(layer).reshape(4 * STEPS, -1)
            steps, places = numpy.nonzero(spikes)
            self.assertGreater(len(steps), 0, layer)
            numpy.testing.assert_array_equal(times[:], steps * 0.5)
            numpy.testing.assert_array_equal(nodes[:], places)
            if (spikes < 0).any():
                numpy.testing.assert_array_equal(group["values"][:], spikes[steps, places])

    def test_sorting_is_an_enumeration_of_three_words(self):
        sorting = self.open()["spikes"][LAYER].attrs.get_id("sorting")
        words = h5py.check_enum_dtype(sorting.dtype)
        self.assertEqual((words, sorting.dtype.itemsize), ({"none": 0, "by_id": 1, "by_time": 2}, 1))
        self.assertEqual(self.open()["spikes"][LAYER].attrs["sorting"], 2)

    def test_the_report_is_the_membrane(self):
        file = self.open()
        for layer in self.trace.neurons:
            group = file["report"][layer]
            potentials = self.trace.membrane(layer).reshape(4 * STEPS, -1)
            numpy.testing.assert_array_equal(group["data"][:], potentials)
            self.assertEqual(group["data"].dtype, numpy.float32)
            self.assertIsInstance(group["data"].attrs["units"], str)
            mapping, neurons = group["mapping"], potentials.shape[1]
            numpy.testing.assert_array_equal(mapping["node_ids"][:], range(neurons))
            numpy.testing.assert_array_equal(mapping["index_pointers"][:], range(neurons + 1))
            numpy.testing.assert_array_equal(mapping["element_ids"][:], [0] * neurons)
            self.assertEqual([mapping[name].dtype for name in ["node_ids", "index_pointers", "element_ids", "time"]],
                             [numpy.uint64, numpy.uint64, numpy.uint32, numpy.float64])
            self.assertEqual((mapping["node_ids"].attrs["sorted"], mapping["node_ids"].attrs["sorted"].dtype),
                             (1, numpy.uint8))
            self.assertEqual((mapping["time"][:].tolist(), mapping["time"].attrs["units"]), ([0, 4 * STEPS, 1], "ms"))

    def test_currents_are_reported_on_request(self):
        file = self.open("--what", "current", "--layers", LAYER)
        numpy.testing.assert_array_equal(file["report"][LAYER]["data"][:],
                                         self.trace.current(LAYER).reshape(4 * STEPS, -1))
        self.assertNotIn("spikes", file)
        self.refuse("trace", "export", "trace.h5", "--format", "sonata", "--output", "o", says="one report")
        self.refuse("trace", "export", "trace.h5", "--format", "sonata", "--output", "o", "--what", "score",
                    says="spikes, membrane and current")

    def test_libsonata_reads_it(self):
        try:
            import libsonata
        except ImportError:
            self.skipTest("no libsonata here")
        path = str(self.export("sonata", "--what", "spikes,membrane"))
        population = libsonata.SpikeReader(path)[LAYER]
        steps, places = numpy.nonzero(self.flat(LAYER).reshape(4 * STEPS, -1))
        self.assertEqual(population.get(), list(zip(places.tolist(), steps.astype(float).tolist())))
        self.assertEqual((population.sorting, population.time_units), ("by_time", "ms"))
        report = libsonata.ElementReportReader(path)[LAYER]
        self.assertEqual((report.times, report.time_units), ((0.0, 4.0 * STEPS, 1.0), "ms"))
        numpy.testing.assert_array_equal(report.get().data, self.trace.membrane(LAYER).reshape(4 * STEPS, -1))


class NirData(ViewTest):
    """The layout of NIRGraphData, and the way back to steps of its own classes."""

    def open(self, *arguments):
        file = h5py.File(self.export("nirdata", *arguments), "r")
        self.addCleanup(file.close)
        return file

    def test_the_types_are_named_at_each_level(self):
        file = self.open()
        self.assertEqual(file.attrs["__type__"], "NIRGraphData")
        self.assertEqual(sorted(file["nodes"]), sorted(self.trace.neurons))
        for layer, node in file["nodes"].items():
            self.assertEqual(node.attrs["__type__"], "NIRNodeData")
            kinds = {name: group.attrs["__type__"] for name, group in node["observables"].items()}
            valued = self.trace.kind(layer) != "binary"
            self.assertEqual(kinds, {"spikes": "ValuedEventData" if valued else "EventData",
                                     "membrane": "TimeGriddedData", "current": "TimeGriddedData"})

    def test_events_come_back_to_their_steps(self):
        self.assertEqual({self.trace.kind(layer) for layer in self.trace.neurons}, {"binary", "bipolar"})
        file = self.open("--step-ms", "2")
        for layer in self.trace.neurons:
            group = file["nodes"][layer]["observables/spikes"]
            neurons = int(group.attrs["n_neurons"])
            self.assertEqual(float(group.attrs["t_max"]), STEPS * 0.002)
            idx, time = group["idx"][:], group["time"][:]
            self.assertEqual((idx.dtype, idx.shape), (numpy.int64, time.shape))
            self.assertTrue(((idx == -1) == numpy.isinf(time)).all())
            back = numpy.zeros([4, STEPS, neurons], int)
            for sample in range(4):
                real = idx[sample] >= 0
                if "value" in group:
                    steps, value = numpy.floor(time[sample][real] / 0.002 + 1e-9), group["value"][sample][real]
                else:
                    steps, value = numpy.ceil(time[sample][real] / 0.002 - 1e-9) - 1, 1
                back[sample, steps.astype(int), idx[sample][real]] = value
            numpy.testing.assert_array_equal(back, self.flat(layer), layer)

    def test_potentials_are_on_a_grid_of_time(self):
        group = self.open()["nodes"][LAYER]["observables/membrane"]
        self.assertEqual(float(group.attrs["dt"]), 0.001)
        numpy.testing.assert_array_equal(group["data"][:], self.trace.membrane(LAYER).reshape(4, STEPS, -1))

    def test_a_layer_without_spikes_has_no_events(self):
        self.simulate("--neuron.threshold", "1e9")
        group = self.open("--layers", "block.0.mlp.fc1_lif")["nodes/block.0.mlp.fc1_lif/observables/spikes"]
        self.assertEqual(group["idx"][:].tolist(), [[-1]] * 4)

    def test_nir_reads_it(self):
        try:
            import nir
            nir.read_data
        except (ImportError, AttributeError):
            self.skipTest("no nir with read_data here")
        graph = nir.read_data(str(self.export("nirdata")))
        binary = next(layer for layer in self.trace.neurons if self.trace.kind(layer) == "binary")
        grid = graph.nodes[binary].observables["spikes"].to_time_gridded(0.001)
        numpy.testing.assert_array_equal(grid.data, self.flat(binary))


class Text(ViewTest):
    def test_csv_holds_every_value(self):
        path = self.export("csv", "--layers", f"{LAYER}, {ATTENTION}", "--images", "index:3,20")
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["quantity", "layer", "image", "step", "index", "value"])
        places = {3: 2, 20: 3}
        expected = {"membrane": self.trace.membrane(LAYER), "current": self.trace.current(LAYER),
                    "score": self.trace.score(ATTENTION), "attention": self.trace.attention_weight(ATTENTION)}
        for quantity, values in expected.items():
            layer = ATTENTION if quantity in ("score", "attention") else LAYER
            flat, found = values.reshape(4, STEPS, -1), [r for r in rows if r["quantity"] == quantity]
            self.assertEqual(len(found), 2 * STEPS * flat.shape[2], quantity)
            for row in found:
                value = flat[places[int(row["image"])], int(row["step"]), int(row["index"])]
                self.assertEqual((row["layer"], numpy.float32(row["value"])), (layer, value))
        spikes = numpy.zeros_like(self.flat(LAYER))
        for row in rows:
            if row["quantity"] == "spikes":
                spikes[places[int(row["image"])], int(row["step"]), int(row["index"])] = int(row["value"])
        numpy.testing.assert_array_equal(spikes[2:], self.flat(LAYER)[2:])
        self.assertEqual(numpy.count_nonzero(spikes[:2]), 0)

    def test_cat_prints_the_places_of_spikes(self):
        head, *lines = self.succeed("trace", "cat", "trace.h5", LAYER, "--images", "index:3", "--step", 2).splitlines()
        self.assertEqual(head.split("\t"), ["image", "step", "token", "channel", "spikes"])
        spikes = self.trace.spikes(LAYER)[2, 2]
        found = [tuple(map(int, line.split("\t"))) for line in lines]
        self.assertEqual(found, [(3, 2, t, c, spikes[t, c]) for t, c in zip(*map(list, numpy.nonzero(spikes)))])

    def test_cat_prints_every_value_of_the_other_quantities(self):
        for quantity, values in [("membrane", self.trace.membrane(LAYER)), ("current", self.trace.current(LAYER))]:
            lines = self.succeed("trace", "cat", "trace.h5", LAYER, "--what", quantity).splitlines()
            numpy.testing.assert_array_equal([numpy.float32(line.split("\t")[-1]) for line in lines[1:]],
                                             values.ravel())

    def test_cat_as_json_says_the_same(self):
        told = json.loads(self.succeed("trace", "cat", "trace.h5", ATTENTION, "--what", "score", "--json"))
        self.assertEqual(told["columns"], ["image", "step", "head", "query", "key", "score"])
        values = self.trace.score(ATTENTION)
        self.assertEqual(len(told["rows"]), values.size)
        for image, step, *place, value in told["rows"][:: 7]:
            self.assertEqual(values[(self.trace.images.tolist().index(image), step, *place)], value)

    def test_info_tells_layers_and_origin(self):
        told = json.loads(self.succeed("trace", "info", "trace.h5", "--json"))
        self.assertEqual((told["images"], told["timesteps"], told["complete"]), (4, STEPS, True))
        self.assertEqual(told["settings"]["network.dim"], "8")
        rates, layers = self.trace.rates()
        rate = dict(zip(layers, rates.mean(axis=1)))
        spikes = [array for array in told["arrays"] if array["quantity"] == "spikes"]
        self.assertEqual([array["layer"] for array in spikes], self.trace.neurons)
        for array in spikes:
            self.assertAlmostEqual(array["firing_rate"], rate[array["layer"]], places=12)
            self.assertEqual(array["threshold"], self.trace.threshold(array["layer"]))
        for words in ["4 images, 4 steps", "block.0.attn.q_lif", "model_hash", "data_hash"]:
            self.assertIn(words, self.succeed("trace", "info", "trace.h5"))


class Npz(ViewTest):
    def test_numpy_loads_every_array(self):
        with numpy.load(self.export("npz")) as arrays:
            self.assertEqual(arrays["image"].tolist(), [0, 2, 3, 20])
            self.assertEqual(arrays["label"].tolist(), [0, 2, 0, 2])
            numpy.testing.assert_array_equal(arrays["prediction"], self.trace.predictions)
            numpy.testing.assert_array_equal(arrays["logits"], self.trace.logits)
            for layer in self.trace.neurons:
                self.assertEqual(arrays[f"spikes/{layer}"].dtype, numpy.int8)
                numpy.testing.assert_array_equal(arrays[f"spikes/{layer}"], self.trace.spikes(layer))
                numpy.testing.assert_array_equal(arrays[f"membrane/{layer}"], self.trace.membrane(layer))
                numpy.testing.assert_array_equal(arrays[f"current/{layer}"], self.trace.current(layer))
                self.assertEqual(arrays[f"threshold/{layer}"], numpy.float32(self.trace.threshold(layer)))
            numpy.testing.assert_array_equal(arrays[f"score/{ATTENTION}"], self.trace.score(ATTENTION))
            numpy.testing.assert_array_equal(arrays[f"attention/{ATTENTION}"], self.trace.attention_weight(ATTENTION))
            self.assertEqual(len(arrays.files), 4 + 4 * len(self.trace.neurons) + 2)

    def test_only_what_was_chosen_is_there(self):
        chosen = ["--layers", "*.mlp.*", "--images", "class:2:1", "--what", "spikes"]
        with numpy.load(self.export("npz", *chosen)) as arrays:
            self.assertEqual(arrays["image"].tolist(), [2])
            layers = [layer for layer in self.trace.neurons if ".mlp." in layer]
            self.assertEqual(sorted(arrays.files), sorted(["image", "label", "prediction", "logits"] +
                                                          [f"{what}/{layer}" for layer in layers
                                                           for what in ["spikes", "threshold"]]))


class Refusal(ViewTest):
    def test_what_is_not_there_is_named_with_the_nearest(self):
        self.refuse("trace", "cat", "trace.h5", "block.0.attn.q_lip", says="did you mean `block.0.attn.q_lif`?")
        self.refuse("trace", "cat", "trace.h5", "block.*", says="more than one layer")
        self.refuse("trace", "cat", "trace.h5", LAYER, "--step", 4, says="steps 0 to 3")
        self.refuse("trace", "cat", "trace.h5", LAYER, "--images", "index:1", says="there is no image 1")
        self.refuse("trace", "cat", "trace.h5", LAYER, "--what", "score", says="holds no score of these layers")
        self.refuse("trace", "cat", "trace.h5", LAYER, "--what", "spike", says="did you mean `spikes`?")
        self.refuse("trace", "export", "trace.h5", "--format", "sonat", "-o", "o", says="did you mean `sonata`?")
        self.refuse("trace", "export", "trace.h5", "--format", "csv", "-o", "no/o", says="no/o")
        self.refuse("trace", "export", "trace.h5", "--format", "sonata", "-o", "o", "--step-ms", 0, says="--step-ms 0")
        self.refuse("trace", "export", "none.h5", "--format", "csv", "-o", "o", says="none.h5")

    def test_wrong_usage(self):
        for arguments in [[], ["inf", "trace.h5"], ["info"], ["info", "a", "b"], ["cat", "trace.h5"],
                          ["export", "trace.h5", "--format", "csv"], ["export", "trace.h5", "-o", "o"]]:
            self.refuse("trace", *arguments, says="bispike: ", status=2)

    def test_a_trace_of_another_version_is_refused(self):
        self.trace.file.close()
        with h5py.File(self.folder / "trace.h5", "r+") as file:
            file.attrs["schema_version"] = 1
        for verb in [["info"], ["cat", LAYER], ["diff", "trace.h5"], ["export", "--format", "csv", "-o", "o"]]:
            self.refuse("trace", verb[0], "trace.h5", *verb[1:], says="has schema version 1; this program reads version 2")
        with self.assertRaisesRegex(ValueError, "schema version 1; this reader knows 2"):
            Trace(self.folder / "trace.h5")

    def test_a_full_disk_leaves_an_older_file_alone(self):
        def small_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
        for form in ["sonata", "nirdata", "csv", "npz"]:
            (self.folder / f"out.{form}").write_text("older")
            self.refuse("trace", "export", "trace.h5", "--format", form, "-o", f"out.{form}", "--what",
                        "spikes,membrane", says=[f"out.{form}", "File too large"], preexec_fn=small_disk)
            self.assertEqual([path.name for path in self.folder.glob(f"out.{form}*")], [f"out.{form}"])


if __name__ == "__main__":
    toy.main()
