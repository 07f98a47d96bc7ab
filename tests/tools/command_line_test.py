"""The command line: help, version, config keys as flags, and every kind of wrong usage. Usage: FILE PROGRAM."""
import configparser
import subprocess

import toy

VERBS = ["simulate", "train", "data", "import", "export", "check", "bench", "trace", "info"]


class Help(toy.ProgramTest):
    def test_the_program_names_its_verbs(self):
        text = self.succeed("--help")
        self.assertEqual(text, self.succeed("-h"))
        for verb in VERBS:
            self.assertRegex(text, rf"(?m)^  {verb} +\w")

    def test_without_a_verb_the_help_is_shown_and_the_status_is_2(self):
        done = self.run_program()
        self.assertEqual((done.returncode, done.stdout), (2, self.succeed("--help")))

    def test_every_verb_explains_itself(self):
        for verb in VERBS:
            self.assertTrue(self.succeed(verb, "--help").startswith(f"usage: bispike {verb}"), verb)
            self.assertEqual(self.succeed(verb, "-h"), self.succeed(verb, "--help"))

    def test_the_running_verbs_list_their_flags(self):
        for flag in ["--output", "--threads", "--quiet", "--json", "--trace", "--trace-images", "--print-config"]:
            self.assertIn(flag, self.succeed("simulate", "--help"))
        for flag in ["--output", "--threads", "--quiet", "--resume", "--print-config"]:
            self.assertIn(flag, self.succeed("train", "--help"))

    def test_a_verb_offers_the_flags_that_it_reads_and_no_other(self):
        takes = {"verify": ["--threads"], "trace": [], "report": [], "check": ["--threads", "--neuron"], "import": [],
                 "compare": ["--output", "--threads", "--neuron", "--data"], "convert": ["--threads", "--data"],
                 "heads": ["--output", "--threads", "--neuron", "--data", "--print-config"]}
        for verb, flags in takes.items():
            text = self.succeed(verb, "--help")
            for flag in ["--threads", "--neuron", "--data", "--print-config"]:
                self.assertEqual(f"  {flag} " in text, flag in flags, f"{verb} {flag}")
            if verb in ["verify", "trace", "report"]:
                self.assertNotIn("--section.key", text)
                self.refuse(verb, "a", "--network.timesteps", 3, says="--network.timesteps", status=2)
            else:
                self.assertIn("Any key of the config is a flag too", text)

    def test_version_is_one_line(self):
        line = r"bispike \d+\.\d+\.\d+, commit \S+, compiler \w+ [\d.]+, dispatch target \w+\n"
        self.assertRegex(self.succeed("--version"), f"^{line}$")

    def test_info_lists_every_registered_model(self):
        text = self.succeed("info")
        for word in ["spikingformer", "spikformer", "ssa", "bsa", "sdsa", "lif", "ternary_lif", "direct", "mean"]:
            self.assertRegex(text, rf"(?m)^{word} +\w")

    def test_data_list_names_the_public_sets(self):
        text = self.succeed("data", "list")
        for name in ["fashion-mnist", "mnist", "cifar10", "cifar100"]:
            self.assertRegex(text, rf"(?m)^{name} ")


class Config(toy.ProgramTest):
    def printed(self, *arguments):
        """What --print-config prints, as {section: {key: value}}."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(self.succeed(*arguments, "--print-config"))
        return {name: dict(parser[name]) for name in parser.sections()}

    def test_print_config_shows_file_values_and_defaults(self):
        config = self.printed("simulate", self.config)
        self.assertEqual(config["network"]["dim"], "8")
        self.assertEqual(config["network"]["stem_widths"], "4, 8")
        self.assertEqual(config["neuron"]["tau"], "2")
        self.assertEqual(config["train"]["seed"], "42")

    def test_a_flag_replaces_a_value_in_both_spellings(self):
        for flag in [["--network.timesteps", "3"], ["--network.timesteps=3"]]:
            self.assertEqual(self.printed("simulate", self.config, *flag)["network"]["timesteps"], "3")
            self.assertEqual(self.printed("simulate", *flag, self.config)["network"]["timesteps"], "3")

    def test_the_printed_config_is_a_config_that_prints_itself(self):
        for verb in ["simulate", "train"]:
            text = self.succeed(verb, self.config, "--print-config", "--attention.score_norm", "shiftmax")
            again = self.folder / "again.ini"
            again.write_text(text)
            self.assertEqual(self.succeed(verb, again, "--print-config"), text)

    def test_print_config_starts_nothing(self):
        before = self.checksums()
        self.printed("train", self.config, "--output", "run")
        self.printed("simulate", self.config, "--output", "run", "--trace", "trace.h5")
        self.assertEqual(self.checksums(), before)


class Usage(toy.ProgramTest):
    def wrong(self, *arguments, says):
        self.refuse(*arguments, says=says, status=2)

    def test_an_unknown_verb_is_corrected(self):
        self.wrong("simulat", "x.ini", says=["`simulat`", "did you mean `simulate`", *VERBS])

    def test_an_unknown_flag_is_named(self):
        self.wrong("simulate", self.config, "--tracee", "x", says=["`--tracee`", "did you mean `--trace`", "--quiet"])
        self.wrong("simulate", self.config, "--resume", says=["resume", "--help"])
        self.wrong("train", self.config, "--trace", "x", says=["trace", "--help"])
        self.wrong("train", self.config, "--json", says=["json", "--help"])
        self.wrong("info", "--all", says=["--all", "--help"])
        self.wrong("data", "list", "--all", says=["--all", "--help"])

    def test_a_flag_without_its_value_is_named(self):
        for flag in ["--output", "--threads", "--trace", "--network.dim"]:
            self.wrong("simulate", self.config, flag, says=[flag, "--help"])
        self.wrong("simulate", self.config, "--network.dim", "--quiet", says=["--network.dim", "--help"])

    def test_a_flag_with_a_useless_value_is_named(self):
        self.wrong("simulate", self.config, "--threads", "many", says=["--threads", "many"])
        self.refuse("simulate", self.config, "--threads", "-1", says=["threads = -1", "0"])

    def test_the_config_is_asked_for(self):
        self.wrong("simulate", says=["give a config or a model", "--help"])
        self.wrong("train", says=["give a config", "--help"])
        self.wrong("simulate", self.config, self.config, says=["give a config or a model", "--help"])

    def test_train_asks_for_its_folder(self):
        self.wrong("train", self.config, says=["--output", "--help"])

    def test_flags_of_the_trace_need_a_trace(self):
        self.wrong("simulate", self.config, "--trace-images", "3", says=["--trace-images", "--trace FILE"])
        self.wrong("simulate", self.config, "--trace-layers", "*", says=["--trace-layers", "--trace FILE"])

    def test_data_explains_what_it_takes(self):
        self.wrong("data", says=["list", "fetch", "--help"])
        self.wrong("data", "fetsh", says=["fetsh", "--help"])
        self.wrong("data", "fetch", says=["names", "--help"])
        self.wrong("data", "list", "mnist", says=["list", "--help"])

    def test_an_unknown_image_set_is_corrected(self):
        self.refuse("data", "fetch", "fashion-mnits", says=["did you mean `fashion-mnist`", "cifar100"])


class Output(toy.ProgramTest):
    def test_what_cannot_be_printed_is_an_error(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([self.program, "simulate", self.config, "--json"], stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=300)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertIn("No space left on device", done.stderr)


if __name__ == "__main__":
    toy.main()
