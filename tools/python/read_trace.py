#!/usr/bin/env python3
"""Reads a Bispike trace with h5py alone: lists its layers, or decodes the spikes of one layer to a dense array.

    read_trace.py TRACE.h5                       one line a layer: kind, encoding, shape, firing rate
    read_trace.py TRACE.h5 LAYER                 spikes of each sample and step
    read_trace.py TRACE.h5 LAYER --save FILE     the dense array, int8 [sample, step, ..., channel], as .npy
"""
import argparse

import h5py
import numpy


def unpack_bits(words, channels):
    """uint64 words [..., words] to bits [..., channels]: channel c is bit c % 64 of word c // 64."""
    octets = numpy.ascontiguousarray(words, dtype="<u8").view(numpy.uint8)
    return numpy.unpackbits(octets, axis=-1, bitorder="little")[..., :channels]


def decode_events(group, dense):
    """One list of flat indices for each (sample, step), cut out by the offsets."""
    lists = dense.reshape(dense.shape[0] * dense.shape[1], -1)
    offsets = group["offsets"][: lists.shape[0] + 1]
    indices = group["indices"][: offsets[-1]]
    values = group["values"][: offsets[-1]] if "values" in group else numpy.ones(len(indices), numpy.int8)
    lists[numpy.repeat(numpy.arange(len(lists)), numpy.diff(offsets.astype(numpy.int64))), indices] = values


def decode_spikes(trace, layer):
    """The spikes of a layer as int8 [sample, step, ..., channel]: 0, 1, -1 or the level."""
    group = trace["spikes"][layer]
    samples, shape = len(trace["samples/index"]), [int(n) for n in group.attrs["shape"]]
    dense = numpy.zeros([samples, int(group.attrs["timesteps"]), *shape], numpy.int8)
    if group.attrs["encoding"] == "csr":
        decode_events(group, dense)
    elif group.attrs["encoding"] == "bits":
        dense[:] = unpack_bits(group["fired"][:samples], shape[-1])
        if "negative" in group:
            dense -= 2 * unpack_bits(group["negative"][:samples], shape[-1]).astype(numpy.int8)
    else:
        dense[:] = group["values"][:samples]
    return dense


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trace")
    parser.add_argument("layer", nargs="?")
    parser.add_argument("--save", metavar="FILE")
    arguments = parser.parse_args()
    with h5py.File(arguments.trace, "r") as trace:
        if arguments.layer is None:
            print(f"{len(trace['samples/index'])} images, {trace.attrs['timesteps']} steps")
            for layer, group in trace["spikes"].items():
                dense = decode_spikes(trace, layer)
                rate = numpy.count_nonzero(dense) / max(1, dense.size)
                print(f"{layer}: {group.attrs['kind']}, {group.attrs['encoding']}, "
                      f"{list(map(int, group.attrs['shape']))}, rate {rate:.4f}")
            return
        dense = decode_spikes(trace, arguments.layer)
        if arguments.save:
            numpy.save(arguments.save, dense)
        for index, sample in zip(trace["samples/index"], dense):
            print(index, *(numpy.count_nonzero(step) for step in sample))


if __name__ == "__main__":
    main()
