#!/usr/bin/env python3
"""Golden files: a Bispike model file with images and what a network must make of them.

Beside what sim/io/README.md says of a model file:

    /images                     float32 [B, H, W, C]
    /golden/<case>              attributes: settings on top of the model's own, "attention.score_norm" = "softmax"
    /golden/<case>/answers      float32 [t, B, classes], after each of the last t steps
    /golden/<case>/spikes/<layer>   int8 [T, B, ..., C], by Bispike's layer names
    /golden/<case>/tensors/<layer>  float32 [T, b, ...], of the first b images
"""
import h5py
import numpy as np


def write_array(group, name, values, kind):
    values = np.ascontiguousarray(values, dtype=kind)
    group.create_dataset(name, data=values, compression="gzip", compression_opts=6, shuffle=True)


class GoldenFile:
    """Made empty at `path`; weights are {name: array}, in PyTorch's layout."""

    def __init__(self, path, settings, weights, images):
        self.file = h5py.File(path, "w", libver="latest")
        self.file.attrs["schema"] = "bispike-model"
        self.file.attrs["schema_version"] = np.int64(1)
        self.file.create_group("provenance")
        self.file.create_group("settings").attrs.update(settings)
        self.file.create_dataset("class_names", shape=(0,), dtype=h5py.string_dtype())
        for order, (name, weight) in enumerate(weights.items()):
            path = "weights/" + name.replace(".", "/")
            data = self.file.create_dataset(path, data=np.asarray(weight, np.float32))
            data.attrs["order"] = np.int64(order)
        write_array(self.file, "images", images, np.float32)

    def add(self, case, settings, answers, spikes, tensors=None):
        group = self.file.create_group("golden/" + case)
        group.attrs.update(settings)
        write_array(group, "answers", answers, np.float32)
        for name, values in spikes.items():
            write_array(group, "spikes/" + name, values, np.int8)
        for name, values in (tensors or {}).items():
            write_array(group, "tensors/" + name, values, np.float32)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
