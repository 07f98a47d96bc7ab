"""Bad files and bad values: one clear line, exit status 1, nothing that existed is damaged. Usage: FILE PROGRAM."""
import gzip
import os
import resource
import signal
import struct

import toy

TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"


class BadData(toy.ProgramTest):
    def replace(self, name, data):
        """Puts other bytes into a file of the image set, packed if it is a packed one."""
        (self.images / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)

    def unpacked(self, name):
        data = (self.images / name).read_bytes()
        return gzip.decompress(data) if name.endswith(".gz") else data

    def refused(self, *says):
        for verb in [["simulate", self.config], ["train", self.config, "--output", "run"]]:
            self.refuse(*verb, says=says)
            self.assertFalse((self.folder / "run").exists())

    def test_a_missing_file(self):
        (self.images / TEST_LABELS).unlink()
        self.refused(TEST_LABELS)

    def test_a_missing_folder(self):
        self.refuse("simulate", self.config, "--data.set", "idx:elsewhere", says="elsewhere")

    def test_an_unknown_set(self):
        self.refuse("simulate", self.config, "--data.set", "mnits", says=["did you mean `mnist`", "cifar100", "idx:"])

    def test_a_set_that_was_not_fetched(self):
        environment = {**os.environ, "BISPIKE_DATA": str(self.folder)}
        self.refuse("simulate", self.config, "--data.set", "cifar10", env=environment,
                    says=["cifar10", str(self.folder), "bispike data fetch cifar10"])

    def test_truncated_images(self):
        self.replace(TEST_IMAGES, self.unpacked(TEST_IMAGES)[:-100])
        self.refused(TEST_IMAGES, "truncated")

    def test_a_truncated_gzip_stream(self):
        packed = (self.images / TEST_IMAGES).read_bytes()
        (self.images / TEST_IMAGES).write_bytes(packed[:len(packed) // 2])
        self.refused(TEST_IMAGES)

    def test_an_empty_file(self):
        self.replace(TEST_LABELS, b"")
        self.refused(TEST_LABELS)

    def test_a_wrong_magic_number(self):
        self.replace(TEST_LABELS, b"\x89PNG" + self.unpacked(TEST_LABELS)[4:])
        self.refused(TEST_LABELS, "89504e47", "00000801")

    def test_labels_where_images_belong(self):
        self.replace(TEST_IMAGES, self.unpacked(TEST_LABELS))
        self.refused(TEST_IMAGES, "00000801", "00000803")

    def test_more_bytes_than_the_header_says(self):
        self.replace(TEST_IMAGES, self.unpacked(TEST_IMAGES) + b"more")
        self.refused(TEST_IMAGES, "longer")

    def test_a_header_that_claims_more_than_any_memory(self):
        self.replace(TEST_IMAGES, struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 2**31, 2**31))
        self.refused(TEST_IMAGES, "extents")

    def test_a_header_that_claims_more_than_the_file_holds(self):
        self.replace(TEST_IMAGES, struct.pack(">BBBB3I", 0, 0, 8, 3, 2**20, 32, 32) + b"few")
        self.refused(TEST_IMAGES, "truncated")

    def test_an_empty_set(self):
        self.replace(TEST_IMAGES, toy.idx_bytes([0, toy.SIDE, toy.SIDE], b""))
        self.replace(TEST_LABELS, toy.idx_bytes([0], b""))
        self.refused("empty")

    def test_more_images_than_labels(self):
        self.replace(TEST_LABELS, toy.idx_bytes([3], [0, 1, 2]))
        self.refused("24 images", "3 labels")

    def test_test_images_of_another_size(self):
        self.replace(TEST_IMAGES, toy.idx_bytes([24, 6, 6], bytes(24 * 36)))
        self.refused("6x6", "8x8")

    def test_a_label_that_training_never_showed(self):
        self.replace(TEST_LABELS, toy.idx_bytes([24], [9] * 24))
        self.refused(TEST_LABELS, "label 9", "0..2")


class BadConfig(toy.ProgramTest):
    def refused(self, key, value, *says):
        self.refuse("simulate", self.config, f"--{key}", value, says=says)

    def test_a_missing_file(self):
        self.refuse("simulate", "none.ini", says=["none.ini", "No such file"])

    def test_an_unknown_key_in_the_file(self):
        self.config.write_text(self.config.read_text() + "\n[network]\ndepht = 2\n")
        self.refuse("simulate", self.config, says=["toy.ini", "`network.depht`", "`network.depth`"])

    def test_an_unknown_key_on_the_command_line(self):
        self.refused("attention.scorenorm", "softmax", "the command line", "`attention.score_norm`")

    def test_a_key_given_twice(self):
        self.config.write_text(self.config.read_text() + "\n[network]\ndepth = 2\n")
        self.refuse("simulate", self.config, says=["toy.ini", "network.depth", "twice"])

    def test_a_line_that_is_no_key(self):
        self.config.write_text(self.config.read_text() + "\nnonsense\n")
        self.refuse("simulate", self.config, says=["toy.ini", "nonsense"])

    def test_an_unknown_choice(self):
        self.refused("attention.score_norm", "softmix", "attention.score_norm", "did you mean `softmax`",
                     "none, softmax, shiftmax, spike_count")
        self.refused("attention.query_key", "ternery", "attention.query_key", "did you mean `ternary`", "binary")
        self.refused("network.model", "spikeformer", "network.model", "spikingformer", "spikformer")
        self.refused("attention.model", "bss", "attention.model", "bsa", "ssa", "sdsa")
        self.refused("neuron.model", "lef", "neuron.model", "did you mean `lif`", "ternary_lif")
        self.refused("neuron.reset", "sofd", "neuron.reset", "did you mean `soft`", "hard")
        self.refused("neuron.surrogate", "atam", "neuron.surrogate", "did you mean `atan`", "sigmoid")
        self.refused("encoder.model", "direkt", "encoder.model", "did you mean `direct`", "rate", "latency", "phase")
        self.refused("readout.model", "meen", "readout.model", "did you mean `mean`", "last")

    def test_no_number_where_a_number_belongs(self):
        self.refused("network.dim", "wide", "network.dim", "`wide`", "whole number")
        self.refused("network.dim", "8.5", "network.dim", "`8.5`", "whole number")
        self.refused("network.dim", "99999999999", "network.dim", "`99999999999`")
        self.refused("neuron.tau", "two", "neuron.tau", "`two`", "number")
        self.refused("attention.spike_v", "yes", "attention.spike_v", "`yes`", "true or false")

    def test_numbers_out_of_range(self):
        self.refused("network.timesteps", "0", "network.timesteps = 0")
        self.refused("network.timesteps", "-4", "network.timesteps = -4")
        self.refused("network.heads", "3", "network.heads = 3", "network.dim = 8")
        self.refused("network.heads", "0", "network.heads = 0")
        self.refused("network.stem_widths", "4, 9", "network.stem_widths", "9", "8")
        self.refused("network.stem_pools", "0, 1, 1", "network.stem_pools", "3", "2")
        self.refused("network.depth", "0", "network.depth = 0")
        for ratio in ["0", "nan", "inf", "0.01", "1e9"]:
            self.refused("network.mlp_ratio", ratio, "network.mlp_ratio")
        self.refused("neuron.tau", "0", "neuron.tau")
        self.refused("neuron.tau", "nan", "neuron.tau")
        self.refused("simulate.batch", "0", "simulate.batch = 0")
        self.refused("simulate.chunk", "-1", "simulate.chunk = -1")
        self.refused("simulate.images", "25", "simulate.images = 25", "24 images")

    def test_training_options_that_do_not_fit(self):
        for key, value, says in [("train.epochs", "0", "train.epochs = 0"), ("train.batch", "96", "48 images"),
                                 ("train.micro_batch", "3", "train.micro_batch = 3"), ("augment.flip", "2", "flip"),
                                 ("train.label_smoothing", "1", "train.label_smoothing = 1"),
                                 ("train.label_smoothing", "nan", "train.label_smoothing = nan"),
                                 ("train.clip_norm", "-1", "train.clip_norm = -1"),
                                 ("train.norm_momentum", "0", "train.norm_momentum = 0"),
                                 ("train.learning_rate", "nan", "train.learning_rate = nan"),
                                 ("train.min_learning_rate", "-1", "train.min_learning_rate = -1"),
                                 ("train.warmup_learning_rate", "inf", "train.warmup_learning_rate = inf"),
                                 ("train.warmup_epochs", "-1", "train.warmup_epochs = -1"),
                                 ("train.weight_decay", "nan", "train.weight_decay = nan"),
                                 ("train.epsilon", "-1", "train.epsilon = -1"), ("train.beta2", "1", "train.beta2")]:
            with self.subTest(f"{key} = {value}"):
                self.refuse("train", self.config, "--output", "run", f"--{key}", value, says=says)
                self.assertFalse((self.folder / "run").exists())

    def test_neither_a_config_nor_a_model(self):
        (self.folder / "toy.txt").write_text(self.config.read_text())
        self.refuse("simulate", "toy.txt", says=["toy.txt", "a config ends in .ini, a model in .h5"])


class BadModel(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.model = self.train()

    def test_a_model_that_does_not_fit_its_config(self):
        self.refuse("simulate", self.model, "--network.stem_widths", "6, 8",
                    says=["model.h5", "`stem.0.weight`", "[4, 1, 3, 3]", "[6, 1, 3, 3]"])
        self.refuse("simulate", self.config, "--model.weights", self.model, "--network.mlp_ratio", 3,
                    says=["model.h5", "`block.0.mlp.fc1.weight`", "[16, 8]", "[24, 8]"])

    def test_a_model_with_too_few_or_too_many_tensors(self):
        self.refuse("simulate", self.model, "--network.depth", 2, says=["`block.1.", "no tensor"])
        deep = self.train("deep", "--network.depth", 2)
        self.refuse("simulate", deep, "--network.depth", 1, says=["`block.1.", "left over"])

    def test_missing_weights(self):
        self.refuse("simulate", "none.h5", says=["none.h5", "No such file"])
        self.refuse("simulate", self.config, "--model.weights", "none.h5", says=["none.h5", "No such file"])
        self.refuse("info", "none.h5", says=["none.h5", "No such file"])

    def test_files_that_are_no_models(self):
        (self.folder / "text.h5").write_text("weights = many\n" * 100)
        (self.folder / "empty.h5").write_bytes(b"")
        whole = self.model.read_bytes()
        (self.folder / "short.h5").write_bytes(whole[:len(whole) // 2])
        (self.folder / "changed.h5").write_bytes(whole[:3000] + bytes([whole[3000] ^ 255]) + whole[3001:])
        self.succeed("simulate", self.config, "--quiet", "--trace", "trace.h5")
        for name in ["text.h5", "empty.h5", "short.h5", "changed.h5", "trace.h5", "images"]:
            self.refuse("simulate", self.folder / name, says=name)
            if name != "trace.h5":
                self.refuse("info", self.folder / name, says=name)
            self.refuse("simulate", self.config, "--model.weights", self.folder / name, says=name)


class BadPlaces(toy.ProgramTest):
    def small_disk(self, size):
        """Options for a run in which no file may grow past `size` bytes."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return {"preexec_fn": limit}

    def test_a_full_disk_while_tracing_leaves_the_older_trace_alone(self):
        self.succeed("simulate", self.config, "--quiet", "--trace", "trace.h5")
        size = (self.folder / "trace.h5").stat().st_size
        for limit in [0, 4096, size // 2]:
            self.refuse("simulate", self.config, "--trace", "trace.h5", says=["trace.h5", "File too large"],
                        **self.small_disk(limit))
            (self.folder / "trace.h5.partial").unlink()  # what the failed run left, documented as such

    def test_a_full_disk_while_writing_results_leaves_the_older_results_alone(self):
        self.succeed("simulate", self.config, "--quiet", "--output", "run")
        self.refuse("simulate", self.config, "--output", "run", says="run/", **self.small_disk(1000))

    def test_a_full_disk_while_training_leaves_the_older_checkpoint_alone(self):
        self.train()
        self.refuse("train", self.config, "--output", "other", says="other/checkpoint.h5", **self.small_disk(1000))
        self.assertEqual(list((self.folder / "other").iterdir()), [])

    def test_a_trace_in_a_folder_that_is_missing(self):
        self.refuse("simulate", self.config, "--trace", "none/trace.h5", says=["none/trace.h5", "No such file"])

    def test_a_trace_where_a_folder_is(self):
        self.refuse("simulate", self.config, "--trace", self.images, says=[str(self.images), "folder"])

    def test_a_trace_of_layers_that_do_not_exist(self):
        self.refuse("simulate", self.config, "--trace", "trace.h5", "--trace-layers", "blok.*", says=["blok.*"])
        self.assertFalse((self.folder / "trace.h5").exists())

    def test_a_trace_of_no_images(self):
        self.refuse("simulate", self.config, "--trace", "trace.h5", "--trace-images", 0, says="images `0`: `0` is not")
        self.refuse("simulate", self.config, "--trace", "trace.h5", "--trace-images", "x", says="images `x`: `x` is not")

    def test_a_results_file_in_a_folder_that_is_missing(self):
        self.refuse("simulate", self.config, "--json", "none/out.json", says=["none/out.json", "No such file"])

    def test_results_where_a_file_is(self):
        self.refuse("simulate", self.config, "--output", self.config, says=["toy.ini", "folder"])
        self.refuse("train", self.config, "--output", self.config, says=["toy.ini", "folder"])

    def test_prices_that_cannot_be_read(self):
        self.refuse("simulate", self.config, "--energy.prices", "none.ini", says=["none.ini", "No such file"])


if __name__ == "__main__":
    toy.main()
