"""What operations cost, from the command line. Usage: FILE PROGRAM."""
import csv
import json

import toy

RATES = ["--network", "spikingformer-1-64", "--image-size", 32]
SYNAPSES = ["stem.1", "stem.2", "stem.3", "stem.4", "block.0.attn.q", "block.0.attn.k", "block.0.attn.v",
            "block.0.attn.proj", "block.0.mlp.fc1", "block.0.mlp.fc2"]
OPERANDS = ["block.0.attn.q_lif", "block.0.attn.k_lif", "block.0.attn.v_lif"]


class EnergyTest(toy.ProgramTest):
    def energy(self, *arguments):
        self.succeed("energy", *arguments, "--json", "energy.json", "--quiet")
        return json.loads((self.folder / "energy.json").read_text())

    def convention(self, energy, name):
        return next(c for c in energy["conventions"] if c["name"] == name)

    def write_rates(self, rows, name="rates.csv"):
        lines = ["# rates", "layer,kind,rate"] + [f"{layer},,{rate}" for layer, rate in rows]
        (self.folder / name).write_text("\n".join(lines) + "\n")
        return name


class OfAModel(EnergyTest):
    def test_exact_is_what_simulate_says(self):
        model = self.train()
        simulated = json.loads(self.succeed("simulate", model, "--json"))
        energy = self.energy(model)
        exact = self.convention(energy, "exact")
        self.assertEqual((energy["images"], energy["timesteps"]), (24, 4))
        self.assertEqual(energy["accuracy"], simulated["accuracy"])
        for key in ["model_hash", "data_hash", "seed", "version", "compiler", "dispatch"]:
            self.assertEqual(energy[key], simulated[key])
        self.assertAlmostEqual(exact["energy_pj"], simulated["energy_per_image_pj"], places=6)
        self.assertAlmostEqual(exact["mac"], simulated["mac_per_image"], places=9)
        self.assertAlmostEqual(exact["ac"] + exact["mac"], simulated["synops_per_image"], places=6)
        ours = {layer["name"]: layer["energy_pj"] for layer in exact["layers"]}
        for layer in simulated["layers"]:
            self.assertAlmostEqual(ours[layer["name"]], layer["energy_per_image_pj"], places=6, msg=layer["name"])

    def test_the_map_is_the_whole_energy(self):
        energy = self.energy(self.config)
        place = energy["attribution"]
        self.assertEqual((len(place["map_pj"]), len(place["map_pj"][0])), (place["rows"], place["columns"]))
        exact = self.convention(energy, "exact")["energy_pj"]
        self.assertAlmostEqual(sum(map(sum, place["map_pj"])) / exact, 1, places=9)
        self.assertAlmostEqual(sum(place["by_step_pj"]) / exact, 1, places=9)
        self.assertEqual({c["label"]: c["images"] for c in energy["classes"]}, {0: 8, 1: 8, 2: 8})

    def test_the_map_as_a_table_adds_up_in_every_direction(self):
        self.succeed("energy", self.config, "--map", "map.csv", "--json", "energy.json", "--quiet")
        energy = json.loads((self.folder / "energy.json").read_text())
        place = energy["attribution"]
        rows = list(csv.DictReader((self.folder / "map.csv").read_text().splitlines()))
        def total(**where):
            return sum(float(r["energy_pj"]) for r in rows if all(r[key] == str(value) for key, value in where.items()))
        self.assertAlmostEqual(total() / self.convention(energy, "exact")["energy_pj"], 1, places=9)
        for t, energy_pj in enumerate(place["by_step_pj"]):
            self.assertAlmostEqual(total(step=t) / energy_pj, 1, places=9)
        for y, row in enumerate(place["map_pj"]):
            for x, energy_pj in enumerate(row):
                self.assertAlmostEqual(total(row=y, column=x) / energy_pj, 1, places=9)
        for product in place["attention"]:
            for head, energy_pj in enumerate(product["by_head_pj"]):
                self.assertAlmostEqual(total(layer=product["layer"], head=head), energy_pj, places=6)
        self.assertEqual({r["head"] for r in rows}, {"", "0", "1"})
        self.assertEqual({r["head"] for r in rows if r["layer"] == "stem.0"}, {""})

    def test_threads_batch_and_chunk_change_nothing(self):
        usual = self.energy(self.config)
        for arguments in [["--threads", 2, "--simulate.batch", 5], ["--simulate.batch", 1, "--simulate.chunk", 1]]:
            told = self.energy(self.config, *arguments)
            self.assertNotEqual(told["settings"], usual["settings"])
            for key in ["threads", "settings"]:
                told[key] = usual[key]
            self.assertEqual(told, usual, arguments)

    def test_prices_and_conventions_are_chosen(self):
        tables = toy.pathlib.Path(__file__).parents[2] / "configs/energy"
        chosen = self.energy(self.config, "--convention", "norse,exact", "--prices", tables / "45nm_int8.ini")
        self.assertEqual([c["name"] for c in chosen["conventions"]], ["norse", "exact"])
        exact = chosen["conventions"][1]
        self.assertAlmostEqual(exact["energy_pj"], 0.23 * exact["mac"] + 0.03 * exact["ac"], places=6)
        for table in sorted(tables.glob("*.ini")):
            self.succeed("energy", self.config, "--prices", table, "--convention", "exact")

    def test_what_the_screen_and_the_table_show(self):
        text = self.succeed("energy", self.config, "--layers", "block.0.attn.*", "--csv", "energy.csv",
                            "--output", "run")
        for words in ["exact_reordered", "neurobench", "break-even", "3-bit activations", "by class", "block.0.attn.mix"]:
            self.assertIn(words, text)
        rows = list(csv.DictReader((self.folder / "energy.csv").read_text().splitlines()))
        energy = json.loads((self.folder / "run/energy.json").read_text())
        for convention in energy["conventions"]:
            own = [row for row in rows if row["convention"] == convention["name"]]
            self.assertEqual(len(own), len(energy["layers"]))
            self.assertAlmostEqual(sum(float(row["energy_pj"]) for row in own), convention["energy_pj"], places=3)

    def test_shifts_are_priced_at_three_prices(self):
        energy = self.energy(self.config, "--attention.score_norm", "shiftmax")
        exact, whole = (self.convention(energy, name) for name in ["exact", "exact_whole"])
        self.assertGreater(exact["shift"], 0)
        prices = energy["prices"]["energy"]
        for key in ["shift_low", "shift", "shift_high"]:
            self.assertAlmostEqual(exact["energy_with_shift_pj"][key],
                                   exact["energy_pj"] + exact["shift"] * prices[key], places=6)
        rest = exact["shift"] * prices["shift"] + exact["bias"] * prices["ac"] + exact["compare"] * prices["compare"]
        self.assertAlmostEqual(whole["energy_pj"], exact["energy_pj"] + rest, places=6)


class FromRates(EnergyTest):
    def test_rates_under_our_names_and_public_ones(self):
        ours = self.energy(*RATES, "--rates", self.write_rates([(l, 0.25) for l in SYNAPSES + OPERANDS]))
        public = {"stem.1": "patch_embed.proj_conv1", "stem.2": "patch_embed.proj_conv2",
                  "stem.3": "patch_embed.proj_conv3", "stem.4": "patch_embed.rpe_conv"}
        rows = [(public.get(l, l if l.endswith("_lif") else l + "_conv"), 0.25) for l in SYNAPSES + OPERANDS]
        theirs = self.energy(*RATES, "--rates", self.write_rates(rows))
        self.assertEqual(ours["conventions"], theirs["conventions"])
        self.assertEqual((ours["images"], ours["accuracy"], ours["attribution"]), (0, None, None))

    def test_files_in_a_new_folder(self):
        self.succeed("energy", *RATES, "--rates", 0.1, "--output", "made/here", "--quiet")
        self.assertEqual(json.loads((self.folder / "made/here/energy.json").read_text())["images"], 0)
        self.assertTrue((self.folder / "made/here/energy.csv").read_text().startswith("convention,layer,"))

    def test_one_rate_for_all(self):
        low, high = (self.convention(self.energy(*RATES, "--rates", rate), "spikformer") for rate in [0.1, 0.2])
        self.assertEqual(low["mac"], high["mac"])
        first_fc = lambda c: next(l["ac"] for l in c["layers"] if l["name"] == "block.0.mlp.fc1")
        self.assertAlmostEqual(first_fc(high), 2 * first_fc(low), places=6)

    def test_other_families(self):
        for network in ["spikformer-1-64", "sdt-1-64", "qkformer-4-64", "spikingresformer-6-384", "vit-1-64"]:
            energy = self.energy("--network", network, "--rates", 0.1)
            self.assertGreater(self.convention(energy, "exact")["energy_pj"], 0, network)


class Refused(EnergyTest):
    def test_conventions(self):
        self.refuse("energy", self.config, "--convention", "spikefomer", says="did you mean `spikformer`")

    def test_prices(self):
        (self.folder / "p.ini").write_text("[energy]\nmacc = 4.6\n")
        self.refuse("energy", self.config, "--prices", "p.ini", says=["macc", "energy.mac"])
        (self.folder / "p.ini").write_text("[memory]\nsram_8kb = -1\n")
        self.refuse("energy", self.config, "--prices", "p.ini", says="memory.sram_8kb = -1")
        self.refuse("energy", self.config, "--prices", "no.ini", says="no.ini")

    def test_a_map_without_images(self):
        self.refuse("energy", *RATES, "--rates", 0.1, "--map", "map.csv", says="--map needs images", status=2)
        self.refuse("energy", self.config, "--map", "no/such/folder/m.csv", says="no/such/folder")

    def test_layers(self):
        self.refuse("energy", self.config, "--layers", "block.0.atn.q", says="block.0.attn.q")
        rates = self.write_rates([("block.0.atn.q", 0.1)])
        self.refuse("energy", *RATES, "--rates", rates, says="did you mean `block.0.attn.q`")
        rates = self.write_rates([(l, 0.1) for l in SYNAPSES])
        self.refuse("energy", *RATES, "--rates", rates, says="the rate of `block.0.attn.q_lif` is missing")
        rates = self.write_rates([("stem.1", 0.1), ("stem.1", 0.2)])
        self.refuse("energy", *RATES, "--rates", rates, says=["line 4", "already"])

    def test_rates(self):
        self.refuse("energy", *RATES, "--rates", self.write_rates([("stem.1", 2)]), says=["line 3", "outside [0, 1]"])
        self.refuse("energy", *RATES, "--rates", "no.csv", says="no.csv")
        self.refuse("energy", *RATES, "--rates", "1.5", says="[0, 1]")

    def test_a_graph_that_does_not_fit_the_images(self):
        graph = toy.pathlib.Path(__file__).parents[1] / "golden/python.nir"
        self.refuse("energy", graph, "--data.set", f"idx:{self.images}", "--encoder.model", "direct",
                    says=["python.nir", "8x8"])

    def test_the_command_line(self):
        self.refuse("energy", status=2, says="--network")
        self.refuse("energy", *RATES, status=2, says="--rates")
        self.refuse("energy", self.config, "--image-size", 8, status=2, says="--network")
        self.refuse("energy", "--network", "spikingfomer-1-64", "--rates", 0.1, says="spikingformer")
        self.refuse("energy", self.config, "--json", "no/such/energy.json", says="no/such")


if __name__ == "__main__":
    toy.main()
