"""Seed inputs of the fuzz targets: make_corpus.py TARGET FOLDER writes those of one target. One function a target."""
import json
import pathlib
import struct
import sys


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
    return {
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
    }


TARGETS = {function.__name__: function for function in [safetensors]}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: make_corpus.py TARGET FOLDER (targets: {', '.join(TARGETS)})")
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in TARGETS[sys.argv[1]]().items():
        (folder / name).write_bytes(content)
