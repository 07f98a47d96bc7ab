"""Writes seed inputs for the fuzz targets, one folder a target. usage: make_corpus.py FOLDER"""
import argparse
import collections
import gzip
import io
import json
import pathlib
import random
import struct
import sys
import tarfile
import zipfile
from pickle import dumps


def nmnist():
    """Recordings: none, one event, an overflow marker, many events. The first byte chooses the options."""

    def event(x, y, polarity, time):
        return bytes([x, y]) + struct.pack(">I", polarity << 23 | time)[1:]

    marker = event(0, 240, 0, 0)
    many = b"".join(event(i % 34, i * 7 % 34, i % 2, 1000 * i) for i in range(60))
    recordings = [b"", event(3, 4, 1, 99), event(3, 4, 1, 8000) + marker + event(33, 33, 0, 0), many]
    return [bytes([options]) + recording for options in (0, 1, 6) for recording in recordings]


def idx():
    """Arrays of one and three axes, plain and gzip; another type, one value short. The first byte chooses the axes."""

    def array(extents, values, kind=8):
        return bytes([0, 0, kind, len(extents)]) + struct.pack(f">{len(extents)}I", *extents) + bytes(values)

    labels, images = array([3], [0, 2, 1]), array([2, 3, 2], range(12))
    files = [labels, images, array([3], [1, 2]), array([2], [1, 2], 9), array([2**16, 2**15], [0])]
    return [bytes([len(file) % 3]) + form for file in files for form in (file, gzip.compress(file, mtime=0))] \
        + [b"\0" + labels, b"\2" + images, b"\2" + gzip.compress(images, mtime=0)]


def cifar():
    """One record and two, plain and gzip, a label out of range, a record cut short. The first byte chooses the set."""
    records = [bytes([7]) + bytes(i % 256 for i in range(3072)), bytes([3, 99]) + bytes(3072)]
    files = [records[0], records[1] * 2, b"\xff" + records[0][1:], records[0][:-1]]
    return [bytes([i % 2]) + form for i, file in enumerate(files) for form in (file, gzip.compress(file, mtime=0))]


def rates():
    """Tables of firing rates: plain, with comments and every column, a rate out of range, a cell too few, no header."""
    rows = "layer,rate\nhead,0.25\nstem.1,1\n"
    full = "# log\r\nlayer,kind,dense_ops,rate,ac,mac\r\nhead,Linear,513000,1e-3,0.0,513000\r\n"
    tables = [rows, full, rows.replace("1\n", "1.5\n"), rows + "head\n", "head,0.25\n", "layer,kind\nhead,Linear\n", ""]
    return [table.encode() for table in tables]


def tar():
    """Archives of each form with a folder, a file and a link, plain and gzip, and paths that lead out."""

    def archive(form, packing, names):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode=f"w:{packing}", format=form) as out:
            for name in names:
                member = tarfile.TarInfo(name)
                if name.endswith("/"):
                    member.type = tarfile.DIRTYPE
                elif name.endswith("link"):
                    member.type, member.linkname = tarfile.SYMTYPE, "../other"
                else:
                    member.size = 3
                out.addfile(member, io.BytesIO(b"abc"))
        return b"\xff" + file.getvalue()

    names = ["a/", "a/b.bin", "link", "long/" * 30 + "name"]
    forms = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
    return [archive(form, packing, names) for form in forms for packing in ("", "gz")] \
        + [archive(tarfile.USTAR_FORMAT, "", [name]) for name in ("../b", "/b")]


def safetensors():
    """Headers of each form, with their data."""
    types = {"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
             "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8}

    def entry(dtype, shape, begin, end):
        return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}

    def file(header, size):
        text = header if isinstance(header, bytes) else json.dumps(header, ensure_ascii=False).encode()
        return struct.pack("<Q", len(text)) + text + bytes(i % 256 for i in range(size))

    every, reached = {}, 0
    for dtype, size in types.items():
        every[dtype.lower()] = entry(dtype, [1, 2], reached, reached + 2 * size)
        reached += 2 * size
    return list({
        "none": file({}, 0),
        "padded": file(b"{}      ", 0),
        "one": file({"w": entry("F32", [2], 0, 8)}, 8),
        "every": file(every, reached),
        "words": file({"__metadata__": {"format": "pt", "é\n": "\u20ac\U0001f600"}, "a": entry("U8", [], 0, 1)}, 1),
        "escapes": file(rb'{"\u00e9\ud83d\ude00\"\\\/\b\f\n\r\t":{"dtype":"I8","shape":[0],"data_offsets":[0,0]}}', 0),
        "order": file({"b": entry("U8", [2], 2, 4), "e": entry("F64", [3, 0], 2, 2), "a": entry("U8", [2], 0, 2)}, 4),
        "hole": file({"a": entry("U8", [1], 1, 2)}, 2),
        "overlap": file({"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, 3),
        "huge": file({"a": entry("F64", [2**32, 2**32], 0, 2**63 - 1)}, 8),
        "long": struct.pack("<Q", 2**64 - 8) + b"{}",
    }.values())


def tensor_opcodes(storage, key, elements, offset, shape, strides):
    """A tensor as torch.save writes it, opcode by opcode."""

    def text(word):
        return b"X" + struct.pack("<I", len(word)) + word.encode()

    def lengths(values):
        return b"(" + b"".join(b"J" + struct.pack("<i", v) for v in values) + b"t"

    kind = text("storage") + b"ctorch\n" + storage.encode() + b"\n" + text(key) + text("cpu")
    return (b"ctorch._utils\n_rebuild_tensor_v2\n((" + kind + b"J" + struct.pack("<i", elements) + b"tQK"
            + bytes([offset]) + lengths(shape) + lengths(strides) + b"\x89ccollections\nOrderedDict\n)RtR")


def checkpoint_pickles():
    """A bare state_dict, and one with words beside it; views of the storages of 48 and 8 bytes that the target has."""
    weight = b"X\x08\x00\x00\x00c.weight" + tensor_opcodes("FloatStorage", "0", 12, 0, [3, 4], [4, 1])
    turned = b"X\x08\x00\x00\x00module.t" + tensor_opcodes("HalfStorage", "1", 4, 0, [2, 2], [1, 2])
    words = b"X\x05\x00\x00\x00epochK\x03X\x04\x00\x00\x00argscargparse\nNamespace\n)\x81}X\x02\x00\x00\x00lrG" \
        + struct.pack(">d", 0.5) + b"sb"
    return [b"\x80\x02}(" + weight + turned + b"u.",
            b"\x80\x02}(X\x05\x00\x00\x00model}(" + turned + b"u" + words + b"u."]


def torch_checkpoint():
    """Whole archives behind a zero byte, the pickle alone behind a one."""
    seeds = []
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        for content in checkpoint_pickles():
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", packing) as archive:
                archive.writestr("a/data.pkl", content)
                archive.writestr("a/byteorder", "little")
                archive.writestr("a/data/0", bytes(range(48)))
                archive.writestr("a/data/1", bytes(8))
            seeds.append(b"\0" + file.getvalue())
    return seeds + [b"\1" + content for content in checkpoint_pickles()]


def pickle():
    """Every kind of value in every protocol, shared values, a value that holds itself, and those of checkpoints."""
    shared = [1, 2.5]
    loop = []
    loop.append(loop)
    values = {"n": None, "t": True, "i": [0, -1, 255, 65536, 2**40, 2**63, -2**200], "b": b"bytes",
              "y": bytearray(b"y"), "s": {1, 2}, "f": frozenset("f"), "o": collections.OrderedDict(a=1),
              "p": argparse.Namespace(lr=0.1), "two": (shared, shared), "three": ("a", "b", "c"),
              "c": 1j, "d": collections.defaultdict(list, a=[])}
    return [dumps(value, protocol) for protocol in (2, 3, 4, 5) for value in (values, loop)] + checkpoint_pickles()


def nir():
    """Choices of every length; the target makes graphs of them."""
    noise = random.Random(11)
    return [bytes(noise.randrange(240) for _ in range(4 * length)) for length in range(1, 65)]


TARGETS = [cifar, idx, nir, nmnist, rates, safetensors, pickle, tar, torch_checkpoint]


def main(folder):
    for target in TARGETS:
        place = pathlib.Path(folder) / target.__name__
        place.mkdir(parents=True, exist_ok=True)
        for i, seed in enumerate(target()):
            (place / f"seed_{i}").write_bytes(seed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
