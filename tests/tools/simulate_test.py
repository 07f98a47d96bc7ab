"""Simulating from the command line: results, their sums, and what must not change them. Usage: FILE PROGRAM."""
import csv
import io
import itertools
import json

import toy

STABLE_KEYS = ["accuracy", "accuracy_by_step", "images", "timesteps", "images_per_second", "synops_per_image",
               "energy_per_image_pj", "layers"]
RUN_KEYS = ["config", "seconds", "images_per_second", "peak_memory_bytes", "threads", "settings", "seed"]
CALL_KEYS = ["kernel", "event_calls", "dense_calls"]
COUNTED = ["synops", "mac", "ac", "ac_bipolar", "ac_integer", "shift", "updates", "dense"]
CELLS = list(itertools.product(["binary", "ternary"], ["none", "softmax", "shiftmax", "spike_count"]))


class SimulateTest(toy.ProgramTest):
    def results(self, *arguments):
        return json.loads(self.succeed("simulate", *arguments, "--json"))

    def bare(self, results, without=()):
        """The results without what may differ between two runs of the same network."""
        rest = {key: value for key, value in results.items() if key not in RUN_KEYS}
        rest["layers"] = [{k: v for k, v in layer.items() if k not in without} for layer in results["layers"]]
        return rest


class Results(SimulateTest):
    def setUp(self):
        super().setUp()
        self.model = self.train("trained", "--train.epochs", 4)

    def test_the_stable_keys_are_there(self):
        results = self.results(self.model)
        for key in STABLE_KEYS:
            self.assertIn(key, results)
        self.assertEqual((results["images"], results["timesteps"], len(results["accuracy_by_step"])), (24, 4, 4))
        self.assertGreater(results["images_per_second"], 0)
        self.assertGreater(results["peak_memory_bytes"], 1 << 20)

    def test_accuracy_is_what_the_confusion_matrix_says(self):
        results = self.results(self.model)
        confusion = results["confusion"]
        self.assertEqual([sum(row) for row in confusion], [8, 8, 8])
        correct = sum(confusion[c][c] for c in range(3))
        self.assertEqual(results["correct"], correct)
        self.assertEqual(results["accuracy"], correct / 24)
        self.assertEqual(results["accuracy_by_step"][-1], results["accuracy"])
        low, high = results["accuracy_interval"]
        self.assertTrue(0 <= low <= results["accuracy"] <= high <= 1 and low < high)

    def test_layers_add_up_to_the_network(self):
        results = self.results(self.model)
        layers = results["layers"]
        for count in COUNTED:
            total = sum(layer[f"{count}_per_image"] for layer in layers)
            self.assertAlmostEqual(results[f"{count}_per_image"], total, delta=1e-9 * max(1, total), msg=count)
        energy = sum(layer["energy_per_image_pj"] for layer in layers)
        self.assertAlmostEqual(results["energy_per_image_pj"], energy, places=6)
        neurons = [layer for layer in layers if layer["kind"] == "neuron"]
        for count in ["spikes", "slots", "negative_spikes"]:
            self.assertEqual(results[count], sum(layer[count] for layer in neurons), count)
        self.assertGreater(results["spikes"], 0)

    def test_energy_is_operations_times_price(self):
        results = self.results(self.model)
        for part in [results, *results["layers"]]:
            spiked = part["ac_per_image"] + part["ac_bipolar_per_image"] + part["ac_integer_per_image"]
            self.assertAlmostEqual(part["synops_per_image"], spiked + part["mac_per_image"], places=6)
            energy = 4.6 * part["mac_per_image"] + 0.9 * spiked
            self.assertAlmostEqual(part["energy_per_image_pj"], energy, delta=1e-9 * max(1, energy))
        self.assertEqual(results["layers"][0]["name"], "stem.0")
        self.assertGreater(results["layers"][0]["mac_per_image"], 0)

    def test_rates_are_spikes_over_slots(self):
        for layer in self.results(self.model)["layers"]:
            if layer["kind"] == "neuron":
                self.assertAlmostEqual(layer["firing_rate"], layer["spikes"] / layer["slots"], places=12)

    def test_a_price_table_of_ones_own_is_used(self):
        prices = (toy.pathlib.Path(__file__).parents[2] / "configs/energy/45nm.ini").read_text()
        (self.folder / "double.ini").write_text(prices.replace("ac = 0.9", "ac = 1.8"))
        self.assertIn("ac = 1.8", (self.folder / "double.ini").read_text())
        once, twice = self.results(self.model), self.results(self.model, "--energy.prices", "double.ini")
        self.assertAlmostEqual(twice["ac_energy_per_image_pj"], 2 * once["ac_energy_per_image_pj"], places=6)

    def test_images_can_be_fewer(self):
        self.assertEqual(self.results(self.model, "--simulate.images", 5)["images"], 5)


class Invariance(SimulateTest):
    def setUp(self):
        super().setUp()
        self.model = self.train()

    def test_threads_change_nothing(self):
        one, two = (self.results(self.model, "--threads", n) for n in [1, 2])
        self.assertEqual((one["threads"], two["threads"]), (1, 2))
        self.assertEqual(self.bare(one), self.bare(two))

    def test_batch_and_chunk_change_no_figure(self):
        usual = self.bare(self.results(self.model), CALL_KEYS)
        for batch, chunk in itertools.product([1, 7], [0, 1, 3]):
            other = self.results(self.model, "--simulate.batch", batch, "--simulate.chunk", chunk)
            self.assertEqual(self.bare(other, CALL_KEYS), usual, f"batch {batch}, chunk {chunk}")

    def test_the_traced_run_has_the_same_results(self):
        usual = self.bare(self.results(self.model))
        self.assertEqual(self.bare(self.results(self.model, "--trace", "trace.h5")), usual)

    def test_random_encoders_are_repeated_by_their_seed(self):
        rate = [self.model, "--encoder.model", "rate", "--encoder.low", "-1", "--encoder.high", "2.5"]
        one = self.bare(self.results(*rate), CALL_KEYS)
        self.assertEqual(one, self.bare(self.results(*rate, "--simulate.batch", 5, "--threads", 1), CALL_KEYS))
        self.assertNotEqual(one, self.bare(self.results(*rate, "--simulate.seed", 9), CALL_KEYS))


class RunDirectory(SimulateTest):
    def setUp(self):
        super().setUp()
        self.model = self.train("trained")

    def saved(self, folder):
        return json.loads((self.folder / folder / "results.json").read_text())

    def test_json_prints_what_the_file_says(self):
        printed = self.results(self.model, "--output", "run")
        self.assertEqual(printed, self.saved("run"))
        self.assertEqual(sorted(p.name for p in (self.folder / "run").iterdir()),
                         ["config.ini", "energy.json", "results.csv", "results.json", "run.log"])

    def test_the_table_has_a_row_for_each_layer(self):
        layers = self.results(self.model, "--output", "run")["layers"]
        rows = list(csv.DictReader(io.StringIO((self.folder / "run/results.csv").read_text())))
        self.assertEqual([row["name"] for row in rows], [layer["name"] for layer in layers])
        for row, layer in zip(rows, layers):
            self.assertEqual(float(row["synops_per_image"]), layer["synops_per_image"])

    def test_its_config_repeats_the_run(self):
        for name, first in [("model", [self.model]), ("config", [self.config, "--simulate.seed", 3]),
                            ("weights", [self.config, "--model.weights", self.model, "--network.timesteps", 3])]:
            self.succeed("simulate", *first, "--output", name, "--quiet")
            self.succeed("simulate", f"{name}/config.ini", "--output", f"{name}-again", "--quiet")
            self.assertEqual(self.bare(self.saved(name)), self.bare(self.saved(f"{name}-again")), name)
            self.assertEqual(*((self.folder / run / "config.ini").read_text() for run in [name, f"{name}-again"]))

    def test_rounded_weights_tell_what_they_did_to_the_accuracy(self):
        exact = self.results(self.model)
        self.assertEqual(exact["weights"], "float32")
        self.assertNotIn("rounding", exact)
        for weights in ["int16", "int8"]:
            rounded = self.results(self.model, "--simulate.weights", weights)
            self.assertEqual(rounded["weights"], weights)
            told = rounded["rounding"]
            self.assertEqual((told["images"], told["accuracy_float32"]), (exact["images"], exact["accuracy"]))
            self.assertEqual(told["accuracy"], rounded["accuracy"])
            self.assertIn(f"{weights}: accuracy", self.succeed("simulate", self.model, "--simulate.weights", weights))
        self.refuse("simulate", self.model, "--simulate.weights", "int4", says=["simulate.weights = `int4`", "int16"])
        self.refuse("simulate", self.model, "--simulate.weights", "int8", "--simulate.fold", "false", says="fold")

    def test_the_report_tells_which_kernel_ran_and_what_the_other_would_have_cost(self):
        text = self.succeed("simulate", self.model)
        told = self.results(self.model)
        synapses = [l for l in told["layers"] if l["input_density"] is not None and l["event_calls"] + l["dense_calls"]]
        lines = text.splitlines()
        head = next(i for i, line in enumerate(lines) if line.startswith("name ") and "_density" in line)
        rows = [line.split() for line in lines[head:] if line.split()[1:2] in (["event"], ["dense"], ["mixed"])]
        self.assertEqual([row[:4] for row in rows[:len(synapses)]],
                         [[l["name"], l["kernel"], str(l["event_calls"]), str(l["dense_calls"])] for l in synapses])

    def test_other_weights_replace_those_of_a_model_file(self):
        other = self.train("other", "--train.seed", 7)
        mixed = self.results(self.model, "--model.weights", other)
        self.assertEqual(mixed["confusion"], self.results(other)["confusion"])
        self.assertEqual(mixed["spikes"], self.results(other)["spikes"])
        self.assertNotEqual(mixed["spikes"], self.results(self.model)["spikes"])

    def test_the_screen_shows_accuracy_layers_and_paths(self):
        text = self.succeed("simulate", self.model, "--output", "run", "--trace", "trace.h5")
        results = self.saved("run")
        self.assertIn(f"{100 * results['accuracy']:.2f}", text)
        for word in ["stem.0", "block.0.attn.q_lif", "head", "run/results.json", "trace.h5", "95 %", "pJ"]:
            self.assertIn(word, text)
        self.assertNotIn("random", text)

    def test_random_weights_are_announced(self):
        self.assertIn("random", self.succeed("simulate", self.config))

    def test_quiet_prints_nothing_and_writes_everything(self):
        self.assertEqual(self.succeed("simulate", self.model, "--quiet", "--output", "run"), "")
        self.assertEqual(self.saved("run")["images"], 24)


class Networks(SimulateTest):
    def cell(self, model, query_key, score_norm, spike_v):
        """Trains and simulates one cell; untrained, the queries of a network this small hardly fire."""
        trained = self.train("-".join([model, query_key, score_norm, spike_v]), "--attention.model", model,
                             "--attention.query_key", query_key, "--attention.score_norm", score_norm,
                             "--attention.spike_v", spike_v)
        return self.results(trained)

    def check_cell(self, results, query_key, spike_v):
        layers = {layer["name"]: layer for layer in results["layers"]}
        queries = layers["block.0.attn.q_lif"]
        self.assertGreater(queries["spikes"], 0)
        self.assertEqual(queries["negative_spikes"] > 0, query_key == "ternary")
        self.assertEqual("block.0.attn.v_lif" in layers, spike_v == "true")
        self.assertGreater(layers["block.0.attn.score"]["synops_per_image"], 0)

    def test_all_cells_of_attention_run_from_config_keys_alone(self):
        for model, (query_key, score_norm), spike_v in itertools.product(["bsa", "ssa"], CELLS, ["true", "false"]):
            with self.subTest(model=model, query_key=query_key, score_norm=score_norm, spike_v=spike_v):
                results = self.cell(model, query_key, score_norm, spike_v)
                self.check_cell(results, query_key, spike_v)
                # a power of two times a real value is a shift; a spiked value needs none
                self.assertEqual(results["shift_per_image"] > 0, (score_norm, spike_v) == ("shiftmax", "false"))

    def test_both_networks_and_every_attention_run(self):
        text = self.config.read_text().replace("query_key = ternary\n", "").replace("score_norm = spike_count\n", "")
        self.config.write_text(text)  # sdsa knows neither key
        for network, attention in itertools.product(["spikingformer", "spikformer"], ["ssa", "bsa", "sdsa", "qkta"]):
            results = self.results(self.config, "--network.model", network, "--attention.model", attention)
            self.assertEqual((results["network"], results["images"]), (network, 24))
            self.assertTrue(any(layer["name"].startswith("block.0.attn.") for layer in results["layers"]))

    def test_every_neuron_encoder_and_readout_runs(self):
        for key, words in [("neuron", ["if", "lif", "plif", "ternary_lif", "ilif"]),
                           ("encoder", ["direct", "rate", "latency", "phase"]), ("readout", ["mean", "last", "step"])]:
            for word in words:
                with self.subTest(f"{key}.model = {word}"):
                    self.assertEqual(self.results(self.config, f"--{key}.model", word)["images"], 24)


if __name__ == "__main__":
    toy.main()
