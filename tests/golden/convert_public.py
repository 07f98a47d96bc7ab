#!/usr/bin/env python3
"""Turns outputs of the public PyTorch code of Spikformer and Spikingformer into golden files.

    convert_public.py GOLDEN OUT    (Debian's python3 with python3-h5py)

GOLDEN holds, for each network, a folder with weights.safetensors (the public key layout), images.safetensors and
expected.h5 (logits by step, spikes [T, B, C, ...]); for spikingformer also bipolar_cells.h5, the cells of bipolar
attention. OUT gets <network>.h5 as golden_file.py says.
"""
import json
import pathlib
import re
import struct
import sys

import h5py
import numpy as np
from golden_file import GoldenFile

SETTINGS = {
    "network.dim": "96",
    "network.depth": "2",
    "network.heads": "4",
    "network.timesteps": "4",
    "attention.model": "ssa",
}
# Public names to ours, in the order of trying; what is left is the same in both.
LAYERS = {
    "spikingformer": [
        (r"^patch_embed\.block(\d)_", r"stem.\1_"),
        (r"attn\.proj_lif", "attn.input_lif"),
        (r"mlp\.mlp(\d)_", r"mlp.fc\1_"),
    ],
    "spikformer": [
        (r"^patch_embed\.proj_(conv|bn|lif)$", r"stem.0_\1"),
        (r"^patch_embed\.proj_(conv|bn|lif)(\d)$", r"stem.\2_\1"),
        (r"^patch_embed\.rpe_", "stem.rpe_"),
    ],
}


def read_safetensors(path):
    """{name: array}, without the integer counters."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
        if entry["dtype"] == "F32"
    }


def our_layer(family, public):
    for pattern, ours in LAYERS[family]:
        public = re.sub(pattern, ours, public)
    return public


def our_weights(family, public):
    """Weights by our names. The norm1 and norm2 of a block are dead weight: no forward pass uses them."""
    ours = {}
    for name, value in public.items():
        if re.search(r"\.norm\d\.", name):
            continue
        layer, part = name.rsplit(".", 1)
        layer = our_layer(family, layer)
        layer = re.sub(r"_bn$", ".norm", re.sub(r"_(conv|linear)$", "", layer))
        is_token_map = layer.startswith("block") and part == "weight" and value.ndim > 1
        ours[f"{layer}.{part}"] = value.reshape(value.shape[:2]) if is_token_map else value
    for name in [n for n in ours if re.search(r"attn\.[qkv]\.bias$", n)]:
        # A bias before a normalisation only moves its mean, so our q, k and v have none.
        bias, mean = ours.pop(name), name.replace(".bias", ".norm.running_mean")
        ours[mean] = (ours[mean].astype(np.float64) - bias).astype(np.float32)
    return ours


def channels_last(x):
    return np.moveaxis(x, 2, -1)


def answers(by_step):
    return np.cumsum(by_step.astype(np.float64), axis=0) / np.arange(1, len(by_step) + 1)[:, None, None]


def add_cells(golden, cells):
    for neuron in cells:
        for norm in cells[neuron]:
            for values, cell in cells[neuron][norm].items():
                settings = {
                    "attention.model": "bsa" if neuron == "ternary" else "ssa",
                    "attention.query_key": neuron,
                    "attention.score_norm": norm,
                    "attention.spike_v": "true" if values == "spiked_v" else "false",
                    "attention.scale": str(float(cell.attrs["scale"])),
                }
                spikes = {name: channels_last(x[:]) for name, x in cell["spikes"].items()}
                inside = {"block.0.attn.score": "block.0.attn.score", "block.0.attn.weight": "block.0.attn.attn"}
                tensors = {ours: cell[theirs][:] for ours, theirs in inside.items()}
                golden.add(f"{neuron}-{norm}-{values}", settings, cell["logits"][:][None], spikes, tensors)


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    for family in LAYERS:
        folder = source / f"{family}_2_96"
        weights = our_weights(family, read_safetensors(folder / "weights.safetensors"))
        images = np.moveaxis(read_safetensors(folder / "images.safetensors")["images"], 1, -1)
        settings = SETTINGS | {"network.model": family}
        with GoldenFile(out / f"{family}.h5", settings, weights, images) as golden:
            with h5py.File(folder / "expected.h5") as f:
                spikes = {our_layer(family, name): channels_last(x[:]) for name, x in f["spikes"].items()}
                golden.add("ssa", {}, answers(f["logits_by_step"][:]), spikes)
            if (folder / "bipolar_cells.h5").exists():
                with h5py.File(folder / "bipolar_cells.h5") as f:
                    add_cells(golden, f)


if __name__ == "__main__":
    main()
