"""Training from the command line: its files, its determinism, Ctrl-C and --resume. Usage: FILE PROGRAM."""
import gzip
import json
import signal
import subprocess
import time

import h5py
import numpy

import toy

EPOCHS = 40


def arrays(path, *groups):
    """The arrays under some groups of a file, by their full name, as bytes."""
    found = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset):
            found[item.name] = item[()].tobytes()

    with h5py.File(path, "r") as file:
        for group in groups:
            file[group].visititems(keep)
    return found


class TrainTest(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        toy.write_images(self.images, train=240)

    def train_to(self, output, *arguments):
        return self.succeed("train", self.config, "--output", output, "--threads", 2, *arguments)

    def interrupt(self, output, number):
        """Starts a run of EPOCHS epochs and sends it a signal after the third. Returns its exit status and stderr."""
        command = [self.program, "train", str(self.config), "--output", output, "--train.epochs", str(EPOCHS)]
        with subprocess.Popen([*command, "--threads", "1"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                if line.startswith("epoch   3"):
                    run.send_signal(number)
                    break
            _, said = run.communicate(timeout=300)
        return run.returncode, said

    def assert_same_weights(self, one, other):
        weights = arrays(self.folder / one / "model.h5", "weights")
        self.assertEqual(weights, arrays(self.folder / other / "model.h5", "weights"))
        self.assertIn("/weights/head/weight", weights)


class Files(TrainTest):
    def test_a_run_writes_its_model_its_log_and_a_checkpoint(self):
        printed = self.train_to("run")
        self.assertEqual(sorted(p.name for p in (self.folder / "run").iterdir()),
                         ["checkpoint.h5", "config.ini", "model.h5", "results.json", "train.log"])
        with h5py.File(self.folder / "run/model.h5", "r") as model:
            self.assertEqual(model.attrs["schema"], "bispike-model")
            self.assertEqual(model["settings"].attrs["network.dim"], "8")
            self.assertEqual(model["weights/head/weight"].shape, (3, 8))
            self.assertEqual([name.decode() for name in model["class_names"]], ["0", "1", "2"])
            self.assertTrue(numpy.isfinite(model["weights/stem/0/weight"][:]).all())
            log = model["provenance"].attrs["log"]
        with h5py.File(self.folder / "run/checkpoint.h5", "r") as checkpoint:
            self.assertEqual(checkpoint.attrs["schema"], "bispike-checkpoint")
            self.assertEqual((checkpoint["counters"].attrs["epoch"], checkpoint["counters"].attrs["step"]), (2, 0))
            self.assertEqual(checkpoint["counters"].attrs["optimiser_steps"], 2 * 240 // 8)
        written = (self.folder / "run/train.log").read_text()
        self.assertEqual(written, printed)
        self.assertEqual(log, written)
        self.assertEqual(written.count("\nepoch "), 2)

    def test_images_are_where_data_path_says(self):
        self.train_to("named")
        self.train_to("found", "--data", "idx", "--data.path", self.images)
        self.assert_same_weights("named", "found")
        self.refuse("train", self.config, "--output", "run", "--data", "idx", "--data.path", "nowhere", says="nowhere")

    def test_the_model_says_what_the_run_said(self):
        said = self.train_to("run").splitlines()
        results = json.loads(self.succeed("simulate", "run/model.h5", "--json"))
        last = [line for line in said if line.startswith("epoch")][-1]
        self.assertIn(f"test {100 * results['accuracy']:5.2f} %", last)

    def test_training_beats_guessing(self):
        self.train_to("run", "--train.epochs", 6, "--quiet")
        results = json.loads(self.succeed("simulate", "run/model.h5", "--json"))
        self.assertGreater(results["accuracy"], 0.6)

    def test_quiet_prints_nothing(self):
        self.assertEqual(self.train_to("run", "--quiet"), "")


class Determinism(TrainTest):
    def test_the_number_of_threads_changes_no_bit(self):
        self.succeed("train", self.config, "--output", "one", "--threads", 1, "--quiet")
        self.succeed("train", self.config, "--output", "two", "--threads", 2, "--quiet")
        self.assert_same_weights("one", "two")

    def test_another_seed_gives_other_weights(self):
        self.train_to("one")
        self.train_to("two", "--train.seed", 7)
        one, two = (arrays(self.folder / run / "model.h5", "weights") for run in ["one", "two"])
        self.assertNotEqual(one["/weights/head/weight"], two["/weights/head/weight"])


class Resume(TrainTest):
    def test_an_interrupted_run_goes_on_to_the_same_bits(self):
        self.train_to("whole", "--train.epochs", EPOCHS)
        for number in [signal.SIGINT, signal.SIGTERM]:
            output = f"cut-{number.name}"
            status, said = self.interrupt(output, number)
            self.assertEqual((status, said.count("\n")), (1, 1), said)
            self.assertRegex(said, rf"^bispike: interrupted: .*{output}/checkpoint\.h5.*--resume")
            self.assertFalse((self.folder / output / "model.h5").exists())
            with h5py.File(self.folder / output / "checkpoint.h5", "r") as checkpoint:
                self.assertIn(checkpoint["counters"].attrs["epoch"], range(3, EPOCHS))
            self.train_to(output, "--train.epochs", EPOCHS, "--resume")
            self.assert_same_weights("whole", output)
            moments = [arrays(self.folder / run / "checkpoint.h5", "optimiser") for run in ["whole", output]]
            self.assertEqual(*moments)
            self.assertGreater(len(moments[0]), 20)
            whole, cut = (json.loads((self.folder / run / "results.json").read_text()) for run in ["whole", output])
            self.assertEqual([whole[key] for key in ["epochs", "weights_hash", "model_hash", "data_hash"]],
                             [cut[key] for key in ["epochs", "weights_hash", "model_hash", "data_hash"]])
            self.assertEqual(len(whole["epochs"]), EPOCHS)

    def test_a_validation_that_was_cut_short_is_repeated(self):
        labels, images = ([i % 3 for i in range(24)] * 4000, self.pixels_of_test_images() * 4000)
        (self.images / "t10k-labels-idx1-ubyte").write_bytes(toy.idx_bytes([96000], labels))
        (self.images / "t10k-images-idx3-ubyte.gz").write_bytes(toy.idx_bytes([96000, 8, 8], images))
        command = ["train", str(self.config), "--output", "run", "--train.epochs", "1", "--train.batch", "240"]
        with subprocess.Popen([self.program, *command, "--threads", "1"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as run:
            for line in run.stdout:
                if line.startswith("config"):
                    time.sleep(0.3)  # the only step is over then, the validation is not
                    run.send_signal(signal.SIGINT)
                    break
            printed = run.stdout.read()
        self.assertEqual((run.returncode, printed), (1, ""))
        toy.write_images(self.images, train=240)
        self.assertRegex(self.train_to("run", *command[4:], "--resume"), r"(?m)^epoch   1 .* test +\d+\.\d+ %")

    def pixels_of_test_images(self):
        return gzip.decompress((self.images / "t10k-images-idx3-ubyte.gz").read_bytes())[16:]

    def test_the_log_of_a_resumed_run_holds_every_epoch_once(self):
        self.interrupt("run", signal.SIGINT)
        self.train_to("run", "--train.epochs", EPOCHS, "--resume")
        lines = (self.folder / "run/train.log").read_text().splitlines()
        epochs = [int(line.split()[1]) for line in lines if line.startswith("epoch")]
        self.assertEqual(epochs, list(range(1, EPOCHS + 1)))
        self.assertEqual(sum(line.startswith("resumed at epoch") for line in lines), 1)

    def test_a_second_start_without_resume_is_refused(self):
        self.train_to("run")
        self.refuse("train", self.config, "--output", "run", says=["run/checkpoint.h5", "--resume", "--output"])

    def test_another_config_is_refused(self):
        self.train_to("run")
        self.refuse("train", self.config, "--output", "run", "--resume", "--train.learning_rate", "0.5",
                    says=["run/checkpoint.h5", "train.learning_rate was `0.01`, is now `0.5`"])
        self.refuse("train", self.config, "--output", "run", "--resume", "--network.mlp_ratio", "4",
                    says=["run/checkpoint.h5", "network.mlp_ratio was `2`, is now `4`"])

    def test_what_only_simulating_reads_may_change(self):
        self.train_to("run")
        self.train_to("run", "--resume", "--simulate.batch", "3")

    def test_another_number_of_images_is_refused(self):
        self.train_to("run")
        toy.write_images(self.images, train=480)
        self.refuse("train", self.config, "--output", "run", "--resume",
                    says=["run/checkpoint.h5", "240 training images, now there are 480"])

    def test_nothing_to_resume_is_refused(self):
        self.refuse("train", self.config, "--output", "none", "--resume", says=["none/checkpoint.h5", "No such file"])
        self.assertFalse((self.folder / "none").exists())

    def test_a_model_or_a_damaged_file_in_place_of_the_checkpoint_is_refused(self):
        model = self.train()
        checkpoint = self.folder / "run/checkpoint.h5"
        whole = checkpoint.read_bytes()
        for data in [model.read_bytes(), whole[:len(whole) // 2], b"text", b""]:
            checkpoint.write_bytes(data)
            self.refuse("train", self.config, "--output", "run", "--resume", "--train.epochs", 1,
                        says="run/checkpoint.h5")


class Weights(TrainTest):
    def test_training_starts_from_the_weights_of_a_model(self):
        self.train_to("first")
        still = [f"--train.{key}learning_rate=0" for key in ["", "warmup_", "min_"]]
        self.train_to("second", "--model.weights", "first/model.h5", *still)
        first, second = (arrays(self.folder / run / "model.h5", "weights") for run in ["first", "second"])
        self.assertEqual(first["/weights/head/weight"], second["/weights/head/weight"])


if __name__ == "__main__":
    toy.main()
