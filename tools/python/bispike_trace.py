#!/usr/bin/env python3
"""Bispike traces in Python, with h5py and numpy alone.

    from bispike_trace import Trace
    trace = Trace("runs/demo/trace.h5")
    trace.neurons                                  # names of the layers of neurons, in the order of the network
    trace.spikes("block.0.attn.q_lif")             # int8 [image, step, token, channel]: 0, 1, -1 or the level
    trace.membrane("block.0.attn.q_lif")           # float32, the same axes; trace.threshold(...) is where they fire
    trace.attention_weight("block.1.attn")         # float32 [image, step, head, query, key], rows sum to 1

From the command line:

    bispike_trace.py TRACE.h5                       one line a layer: kind, encoding, shape, firing rate
    bispike_trace.py TRACE.h5 LAYER                 spikes of each image and step
    bispike_trace.py TRACE.h5 LAYER --save FILE     the dense array, int8 [image, step, ..., channel], as .npy
"""
import argparse
import difflib
import gzip
import os
import pathlib

import h5py
import numpy

SCHEMA, SCHEMA_VERSION = "bispike-trace", 2


class Trace:
    """A trace, open for reading; also one of a run that was killed, up to the last image that it finished.

    The images of all arrays are those of `images`; an argument `rows` (a slice) takes some of them only.
    """

    def __init__(self, path):
        """Opens a trace. Raises ValueError for another file and for another version of the layout."""
        self.file = h5py.File(path, "r")
        attributes = self.file.attrs
        if attributes.get("schema") != SCHEMA:
            raise ValueError(f"{path} is not a Bispike trace")
        if attributes["schema_version"] != SCHEMA_VERSION:
            raise ValueError(f"{path} has schema version {attributes['schema_version']}; this reader knows "
                             f"{SCHEMA_VERSION}")
        if "timesteps" not in attributes:
            raise ValueError(f"{path} holds no image yet")
        self.path = str(path)
        self.complete = "complete" in attributes
        self.timesteps = int(attributes["timesteps"])
        self.neurons = [str(name) for name in attributes["neurons"]]
        self.attention = [str(name) for name in attributes["attention"]]
        self.energy_layers = [str(name) for name in attributes.get("energy", [])]  # none: the run did not count it
        self.settings = dict(self.file["settings"].attrs)
        self.provenance = dict(self.file["provenance"].attrs)
        self.images = self.file["samples/index"][:]  # int64 [S], number of each image in its data set
        count = len(self.images)
        self.labels = self.file["samples/label"][:count]  # int32 [S]
        self.predictions = self.file["samples/prediction"][:count]  # int32 [S]
        self.logits = self.file["samples/logits"][:count]  # float32 [S, T, classes]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def holds(self, quantity, layer):
        """Whether the trace holds spikes, membrane, current, score, attention or energy of a layer."""
        return self._object(quantity, layer) in self.file

    def spikes(self, layer, rows=slice(None)):
        """Spikes as int8 [image, step, ..., channel]: 0, 1, -1 or the level."""
        group = self._open("spikes", layer)
        first, last = rows.indices(len(self.images))[:2]
        shape = [int(n) for n in group.attrs["shape"]]
        dense = numpy.zeros([max(0, last - first), self.timesteps, *shape], numpy.int8)
        if group.attrs["encoding"] == "csr":
            _decode_events(group, first, dense)
        elif group.attrs["encoding"] == "bits":
            dense[:] = _unpack_bits(group["fired"][first:last], shape[-1])
            if "negative" in group:
                dense -= 2 * _unpack_bits(group["negative"][first:last], shape[-1]).astype(numpy.int8)
        else:
            dense[:] = group["values"][first:last]
        return dense

    def membrane(self, layer, rows=slice(None)):
        """Potentials after charging, before reset: float32 [image, step, ..., channel]."""
        return self._open("membrane", layer)[: len(self.images)][rows]

    def current(self, layer, rows=slice(None)):
        """What the neurons are charged with: float32 [image, step, ..., channel]."""
        return self._open("current", layer)[: len(self.images)][rows]

    def score(self, layer, rows=slice(None)):
        """q k^T: float32 [image, step, head, query, key]."""
        return self._open("score", layer)[: len(self.images)][rows]

    def attention_weight(self, layer, rows=slice(None)):
        """Normalised rows of attention: float32 [image, step, head, query, key]."""
        return self._open("attention", layer)[: len(self.images)][rows]

    def energy(self, layer=None, rows=slice(None)):
        """Where in the image the energy of all layers, or of one, goes, in pJ.

        float32 [image, step, row, column]; of the products of attention [image, step, head, row, column].
        """
        if layer is not None:
            return self._open("energy", layer)[: len(self.images)][rows]
        if "energy" not in self.file["samples"]:
            raise KeyError(f"{self.path} holds no energy: `bispike simulate --output DIR` counts it")
        return self.file["samples/energy"][: len(self.images)][rows]

    def threshold(self, layer):
        """The potential at which the neurons fire (bipolar ones also at its negative); NaN where they differ in it."""
        for quantity in ["spikes", "membrane", "current"]:
            if self.holds(quantity, layer):
                return float(self._open(quantity, layer).attrs["threshold"])
        raise KeyError(self._unknown("neurons", layer, self.neurons))

    def kind(self, layer):
        """binary, bipolar, integer or power_of_two."""
        return self._open("spikes", layer).attrs["kind"]

    def rates(self):
        """Firing rates [layer, step] of the layers whose spikes are kept, and the names of those layers."""
        layers = [layer for layer in self.neurons if self.holds("spikes", layer)]
        rates = []
        for layer in layers:
            slots = numpy.prod(self._open("spikes", layer).attrs["shape"])
            counts = self.file["counts"][layer][: len(self.images)]  # [image, step]
            rates.append(counts.mean(axis=0) / slots)
        return numpy.array(rates), layers

    @staticmethod
    def _object(quantity, layer):
        if quantity == "score":
            return f"attention/{layer}/score"
        return f"attention/{layer}/weight" if quantity == "attention" else f"{quantity}/{layer}"

    def _open(self, quantity, layer):
        if not self.holds(quantity, layer):
            names = {"score": self.attention, "attention": self.attention,
                     "energy": self.energy_layers}.get(quantity, self.neurons)
            raise KeyError(self._unknown(quantity, layer, [n for n in names if self.holds(quantity, n)]))
        return self.file[self._object(quantity, layer)]

    def _unknown(self, quantity, layer, names):
        near = difflib.get_close_matches(layer, names, 1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        return f"{self.path} holds no {quantity} of {layer}{meant}; choices: {', '.join(names) or 'none'}"


def _unpack_bits(words, channels):
    """uint64 words [..., words] to bits [..., channels]: channel c is bit c % 64 of word c // 64."""
    octets = numpy.ascontiguousarray(words, dtype="<u8").view(numpy.uint8)
    return numpy.unpackbits(octets, axis=-1, bitorder="little")[..., :channels]


def _decode_events(group, first, dense):
    """One list of flat indices for each (image, step), cut out by the offsets."""
    steps = dense.shape[1]
    lists = dense.reshape(len(dense) * steps, -1)
    offsets = group["offsets"][first * steps : first * steps + len(lists) + 1].astype(numpy.int64)
    indices = group["indices"][offsets[0] : offsets[-1]]
    ones = numpy.ones(len(indices), numpy.int8)
    values = group["values"][offsets[0] : offsets[-1]] if "values" in group else ones
    lists[numpy.repeat(numpy.arange(len(lists)), numpy.diff(offsets)), indices] = values


def read_idx(path):
    """An array from an IDX file of bytes (MNIST's format), plain or gzipped."""
    path = pathlib.Path(path)
    with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
        data = file.read()
    if data[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes")
    shape = numpy.frombuffer(data, ">i4", data[3], 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(shape)


def traced_pixels(trace):
    """The images of a trace, uint8 [image, height, width], where its data set is one of IDX files."""
    name, _, folder = str(trace.settings["data.set"]).partition(":")
    folder = folder or str(trace.settings.get("data.path", ""))
    name = name.replace("_", "-")
    root = os.environ.get("BISPIKE_DATA", pathlib.Path.home() / ".cache/bispike")
    places = [folder] if folder else [pathlib.Path(root) / name, pathlib.Path("/usr/share/datasets") / name]
    for place in places:
        for file in sorted(pathlib.Path(place).glob("t10k-images*idx3-ubyte*")):
            return read_idx(file)[trace.images]
    raise FileNotFoundError(f"no t10k-images-idx3-ubyte in {', '.join(map(str, places))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trace")
    parser.add_argument("layer", nargs="?")
    parser.add_argument("--save", metavar="FILE")
    arguments = parser.parse_args()
    with Trace(arguments.trace) as trace:
        if arguments.layer is None:
            print(f"{len(trace.images)} images, {trace.timesteps} steps")
            rates, layers = trace.rates()
            for layer, rate in zip(layers, rates):
                group = trace.file["spikes"][layer]
                print(f"{layer}: {group.attrs['kind']}, {group.attrs['encoding']}, "
                      f"{list(map(int, group.attrs['shape']))}, rate {rate.mean():.4f}")
            return
        dense = trace.spikes(arguments.layer)
        if arguments.save:
            numpy.save(arguments.save, dense)
        for index, sample in zip(trace.images, dense):
            print(index, *(numpy.count_nonzero(step) for step in sample))


if __name__ == "__main__":
    main()
