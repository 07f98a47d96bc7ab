"""A toy world for the tests of the program: a few small images, a small network, and a way to run the program."""
import gzip
import hashlib
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

SIDE, CLASSES = 8, 3  # pixels, labels

CONFIG = """
[data]
set = idx:{images}

[network]
model = spikingformer
timesteps = 4
dim = 8
depth = 1
heads = 2
mlp_ratio = 2
stem_widths = 4, 8
stem_pools = 0, 1

[attention]
model = bsa
query_key = ternary
score_norm = spike_count

[train]
epochs = 2
batch = 8
micro_batch = 4
learning_rate = 1e-2
warmup_epochs = 0
norm_momentum = 0.5

[augment]
flip = 0.5
"""

VIT_CONFIG = """
[data]
set = idx:{images}

[network]
model = vit
timesteps = 1
dim = 8
depth = 1
heads = 2
mlp_ratio = 2
patch = 4

[attention]
model = {attention}

[train]
epochs = 3
batch = 8
micro_batch = 8
learning_rate = 1e-2
warmup_epochs = 0
"""


def image(label, noise):
    """An image of one class, a bright third of the rows or the other two: [SIDE * SIDE] bytes."""
    lit = range(3 * label, 3 * label + 2)
    return bytes(min(255, (200 if row in lit else 0) + noise.randrange(56)) for row in range(SIDE) for _ in range(SIDE))


def idx_bytes(extents, values):
    return struct.pack(">BBBB", 0, 0, 8, len(extents)) + struct.pack(f">{len(extents)}I", *extents) + bytes(values)


def write_blank_images(folder, side):
    """Four files named like MNIST's with 64 black images each, of any size."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("train", "t10k"):
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes([64], [0, 1] * 32))
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes([64, side, side], bytes(64 * side * side)))
    return folder


def write_images(folder, train=48, test=24):
    """Four files named like MNIST's; the test images gzipped, the rest plain."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = random.Random(7)
    for part, count in (("train", train), ("t10k", test)):
        labels = [i % CLASSES for i in range(count)]
        pixels = b"".join(image(label, noise) for label in labels)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes([count], labels))
        packed = idx_bytes([count, SIDE, SIDE], pixels)
        if part == "train":
            (folder / "train-images-idx3-ubyte").write_bytes(packed)
        else:
            (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(packed, mtime=0))
    return folder


class ProgramTest(unittest.TestCase):
    """A test in a folder of its own, with images in `images` and a config at `config`."""

    program = ""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.images = write_images(self.folder / "images")
        self.config = self.folder / "toy.ini"
        self.config.write_text(CONFIG.format(images=self.images))

    def run_program(self, *arguments, **options):
        """Runs the program in the test's folder; never raises for its exit status."""
        command = [self.program, *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300, **options)

    def succeed(self, *arguments, **options):
        """Runs the program, which must succeed with nothing but notes on stderr. Returns what it printed."""
        done = self.run_program(*arguments, **options)
        said = [line for line in done.stderr.splitlines() if not line.startswith("bispike: note: ")]
        self.assertEqual((done.returncode, said), (0, []), f"{arguments}\n{done.stderr}")
        return done.stdout

    def refuse(self, *arguments, says, status=1, **options):
        """Runs the program, which must refuse: one line on stderr with every word of `says`, nothing damaged."""
        before = self.checksums()
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stderr}")
        self.assertTrue(done.stderr.startswith("bispike: "), done.stderr)
        self.assertEqual((done.stderr.count("\n"), done.stderr[-1]), (1, "\n"), f"not one line: {done.stderr!r}")
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.stderr)
        after = self.checksums()
        self.assertEqual(before, {path: after.get(path) for path in before}, "a file that existed was changed")
        return done.stderr

    def checksums(self):
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def train(self, output="run", *arguments):
        """A model trained for one epoch; its path."""
        self.succeed("train", self.config, "--output", output, "--quiet", "--train.epochs", 1, *arguments)
        return self.folder / output / "model.h5"


def main():
    """Runs the tests of the calling file. Usage: FILE PROGRAM [unittest's own arguments]."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PROGRAM [test names]")
    ProgramTest.program = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
