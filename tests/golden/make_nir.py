#!/usr/bin/env python3
"""Files that h5py writes and the readers of HDF5 and NIR must read: foreign.h5, python.nir, links.nir, loop.nir.

    run: python3 tests/golden/make_nir.py    (needs h5py)

python.nir has the layout of the Python package `nir` since January 2026: every array gzipped, strings of any length.
"""
import pathlib

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parent
TEXT = h5py.string_dtype()


def make(name):
    return h5py.File(FOLDER / name, "w", libver="latest")


def make_foreign():
    with make("foreign.h5") as f:
        f["int16_big"] = np.array([1, -2, 300], ">i2")
        f["uint8"] = np.uint8(7)
        f["uint64"] = np.array([2**64 - 1, 5], "u8")
        f["half"] = np.array([0.5, -2], "f2")
        f["double_big"] = np.array([[0.1], [-1e300]], ">f8")
        f["truth"] = np.array([True, False])
        f.create_dataset("packed", data=np.arange(1000, dtype="i4"), chunks=(64,), compression="gzip")
        f.create_dataset("word", data="größe", dtype=TEXT)
        f.create_dataset("grid", data=np.array([["a", "b"], ["", "dd"], ["e", "f"]], object), dtype=TEXT)
        f["fixed"] = np.array([b"ab", b"cdefg"], "S5")
        f.create_dataset("fixed_utf8", data="größe".encode(), dtype=h5py.string_dtype("utf-8", 9))
        spaces = h5py.h5t.C_S1.copy()
        spaces.set_size(6)
        spaces.set_strpad(h5py.h5t.STR_SPACEPAD)
        h5py.h5d.create(f.id, b"spaces", spaces, h5py.h5s.create(h5py.h5s.SCALAR)).write(
            h5py.h5s.create(h5py.h5s.SCALAR), h5py.h5s.create(h5py.h5s.SCALAR), np.array(b"to  be", "S6"))
        h5py.h5d.create(f.id, b"spaces_only", spaces, h5py.h5s.create(h5py.h5s.SCALAR)).write(
            h5py.h5s.create(h5py.h5s.SCALAR), h5py.h5s.create(h5py.h5s.SCALAR), np.array(b"or    ", "S6"))
        f["compound"] = np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])
        f["nothing"] = h5py.Empty("f4")
        f.create_dataset("sequence", data=np.array([np.arange(3), np.arange(2)], object), dtype=h5py.vlen_dtype("i4"))
        f["type"] = np.dtype("f4")
        f["group/inside"] = 1
        f["again"] = f["group"]
        f["soft"] = h5py.SoftLink("/group")
        f["elsewhere"] = h5py.ExternalLink("other.h5", "/")


def write_node(group, fields):
    for name, value in fields.items():
        if isinstance(value, dict):
            write_node(group.create_group(name), value)
        elif isinstance(value, str):
            group.create_dataset(name, data=value, dtype=TEXT)
        elif isinstance(value, np.ndarray) and value.ndim > 0:
            group.create_dataset(name, data=value, compression="gzip")
        elif isinstance(value, list) and value:
            group.create_dataset(name, data=np.array(value, object), dtype=TEXT)
        else:
            group.create_dataset(name, data=value)


def make_python():
    neurons = np.full((4, 2, 2), 0.5, "f4")
    inner = {
        "type": "NIRGraph",
        "nodes": {
            "in": {"type": "Input", "shape": np.array([4, 2, 2])},
            "out": {"type": "Output", "shape": np.array([4, 2, 2])},
        },
        "edges": [["in", "out"]],
    }
    top = {
        "type": "NIRGraph",
        "nodes": {
            "input": {"type": "Input", "shape": np.array([1, 4, 4], "i4")},
            "features.0": {
                "type": "Conv2d", "input_shape": np.array([4, 4]),
                "weight": np.arange(36, dtype="f4").reshape(4, 1, 3, 3),
                "stride": np.array([2]), "padding": "same", "dilation": 1, "groups": 1, "bias": np.zeros(4, "f2"),
            },
            "features.1": {"type": "LIF", "tau": neurons / 64, "r": np.ones((4, 2, 2), "i8"), "v_leak": 0 * neurons,
                           "v_threshold": neurons, "v_reset": np.zeros(1),
                           "metadata": {"by": "hand", "seen": {"epochs": 3, "last": True}}},
            "middle": inner,
            "alone": {"type": "NIRGraph", "nodes": {}, "edges": []},
            "output": {"type": "Output", "shape": np.array([4, 2, 2])},
        },
        "edges": [["middle", "output"], ["features.0", "features.1"], ["input", "features.0"],
                  ["features.1", "middle"]],
        "metadata": {"rate": 0.1},
    }
    with make("python.nir") as f:
        f.create_dataset("version", data="1.0.8", dtype=TEXT)
        write_node(f.create_group("node"), top)


def make_links():
    node = {"type": "Linear", "weight": np.ones((1, 1))}
    for name in ("links.nir", "loop.nir"):
        with make(name) as f:
            f.create_dataset("version", data="1.0", dtype=TEXT)
            top = f.create_group("node")
            write_node(top, {"type": "NIRGraph", "nodes": {"a": node}, "edges": []})
            top["nodes/b"] = top["nodes/a"] if name == "links.nir" else top


if __name__ == "__main__":
    make_foreign()
    make_python()
    make_links()
