"""Training on recordings of an event camera from the command line. Usage: FILE PROGRAM."""
import json
import random

import toy

SIDE, LENGTH_US = 34, 20_000
LEFT, RIGHT = range(17), range(17, SIDE)

VIT = """
[data]
set = nmnist
path = {recordings}

[network]
model = vit
timesteps = 2
dim = 8
depth = 1
heads = 2
mlp_ratio = 2
patch = 17
pool = mean
class_token = false
event_time = {event_time}

[attention]
model = softmax

[encoder]
model = frames

[train]
epochs = 60
batch = 16
micro_batch = 8
learning_rate = 2e-2
warmup_epochs = 0
"""

SPIKING = """
[data]
set = nmnist
path = {recordings}

[network]
model = spikingformer
timesteps = 2
dim = 8
depth = 1
heads = 2
mlp_ratio = 2
stem_widths = 4, 8
stem_pools = 0, 1

[attention]
model = ssa

[encoder]
model = frames

[train]
epochs = 24
batch = 16
micro_batch = 8
learning_rate = 2e-2
warmup_epochs = 0
norm_momentum = 0.5
"""


def recording(sides, noise):
    """Half of the pixels on one side of the sensor in the first half of the time, on the other side in the second:
    N-MNIST's bytes."""
    events = b""
    for half, side in enumerate(sides):
        seen = [(x, y) for x in side for y in range(SIDE) if noise.random() < 0.5]
        for place, (x, y) in enumerate(seen):
            time = (half * len(seen) + place) * LENGTH_US // (2 * len(seen))
            events += bytes([x, y, 0x80 | time >> 16, time >> 8 & 0xFF, time & 0xFF])
    return events


def write_recordings(folder, train=48, test=32):
    """Digit 0 moves from left to right, digit 1 back; in N-MNIST's folders. What is seen, but for its order, is alike."""
    noise = random.Random(11)
    for part, count in (("Train", train), ("Test", test)):
        for digit in range(10):
            (folder / part / str(digit)).mkdir(parents=True)
        for n in range(count):
            sides = (LEFT, RIGHT) if n % 2 == 0 else (RIGHT, LEFT)
            (folder / part / str(n % 2) / f"{n:05}.bin").write_bytes(recording(sides, noise))
    return folder


class EventTraining(toy.ProgramTest):
    def setUp(self):
        super().setUp()
        self.recordings = write_recordings(self.folder / "recordings")

    def write(self, config, **words):
        self.config.write_text(config.format(recordings=self.recordings, **words))

    def accuracy(self, model):
        return json.loads(self.succeed("simulate", model, "--json"))["accuracy"]

    def test_a_vit_learns_the_order_of_the_frames_where_it_is_told_their_time(self):
        for event_time, learns in (("bochner", True), ("mercer", True), ("none", False)):
            self.write(VIT, event_time=event_time)
            self.succeed("train", self.config, "--output", event_time, "--quiet")
            accuracy = self.accuracy(f"{event_time}/model.h5")
            if learns:
                self.assertGreaterEqual(accuracy, 0.95, event_time)
            else:
                self.assertLess(accuracy, 0.8)

    def test_the_log_results_and_simulation_tell_the_same_of_the_recordings(self):
        self.write(VIT, event_time="bochner")
        said = self.succeed("train", self.config, "--output", "run", "--train.epochs", 2)
        self.assertIn("data nmnist (48 train, 32 test images)", said)
        results = json.loads((self.folder / "run/results.json").read_text())
        self.assertEqual(results["dataset"], "nmnist")
        last = results["epochs"][-1]
        self.assertEqual((last["train_images"], last["test_images"]), (48, 32))
        self.assertAlmostEqual(self.accuracy("run/model.h5"), last["test_correct"] / 32, places=12)

    def test_threads_change_no_bit(self):
        self.write(VIT, event_time="bochner")
        hashes = []
        for output, arguments in (("one", ["--threads", 1]), ("two", ["--threads", 2])):
            self.succeed("train", self.config, "--output", output, "--quiet", "--train.epochs", 2, *arguments)
            hashes.append(json.loads((self.folder / output / "results.json").read_text())["weights_hash"])
        self.assertEqual(hashes[0], hashes[1])

    def test_a_spiking_transformer_learns_from_recordings_too(self):
        self.write(SPIKING)
        self.succeed("train", self.config, "--output", "run", "--quiet")
        results = json.loads(self.succeed("simulate", "run/model.h5", "--json"))
        self.assertEqual((results["images"], results["timesteps"]), (32, 2))
        self.assertGreaterEqual(results["accuracy"], 0.8)

    def test_a_folder_that_is_one_split_is_refused(self):
        flat = self.folder / "flat"
        flat.mkdir()
        for n in range(16):
            (flat / f"{n}.bin").write_bytes(recording((LEFT, RIGHT), random.Random(n)))
        (flat / "labels.txt").write_text("".join(f"{n} {n % 2}\n" for n in range(16)))
        self.write(VIT, event_time="bochner")
        self.refuse("train", self.config, "--output", "run", "--data.path", flat,
                    says=[str(flat), "one split", "Train/<digit>/"])
        self.assertFalse((self.folder / "run").exists())
        self.succeed("train", self.config, "--output", "run", "--quiet", "--train.epochs", 1)
        self.refuse("heads", "run/model.h5", "--output", "heads", "--data.path", flat, says=[str(flat), "one split"])

    def test_augmentation_is_refused(self):
        self.write(VIT, event_time="bochner")
        self.refuse("train", self.config, "--output", "run", "--augment.flip", 0.5,
                    says=["augment.flip = 0.5", "recordings of events are not augmented"])

    def test_a_damaged_recording_is_named(self):
        self.write(VIT, event_time="bochner")
        damaged = self.recordings / "Train/1/00005.bin"
        damaged.write_bytes(damaged.read_bytes() + b"\0")
        self.refuse("train", self.config, "--output", "run", says="00005.bin")

    def test_a_network_of_recordings_is_quantised_but_not_converted(self):
        self.write(VIT, event_time="bochner")
        self.succeed("train", self.config, "--output", "run", "--quiet", "--train.epochs", 1)
        self.succeed("convert", "run/model.h5", "--quantised", "lsq", "-o", "q.h5")
        self.refuse("convert", "run/model.h5", "--method", "st_bif", "-o", "snn.h5",
                    says=["spiking_vit", "encoder.model = direct"])


if __name__ == "__main__":
    toy.main()
