#!/usr/bin/env python3
"""Makes the golden files of this folder: spikformer.h5, spikingformer.h5, sdt.h5, spikingresformer.h5,
qkformer.h5, cells.h5.

    make_networks.py [FOLDER]    (Debian's python3 with python3-h5py)

Tiny networks with random weights, and every spike that spiking_vit.py gets from them in float64. The statistics of
the normalisations are measured on the images, so that neurons fire at useful rates. Seeds are tried until no potential
lies within 1e-5 of its threshold: then float32 sums in any order must give the same spikes, all of them.
"""
import pathlib
import sys

import numpy as np
from golden_file import GoldenFile
from spiking_vit import SCORE_NORMS, Network

DIM, HIDDEN, CLASSES, IMAGES, SIDE = 16, 32, 5, 2, 8
STEMS = {"spikingformer": ("8,16,16", "0,0,1"), "spikformer": ("8,16", "0,1"), "sdt": ("8,16", "0,1")}
MARGIN = 1e-5


def settings_of(model):
    widths, pools = STEMS[model]
    attention = {"attention.model": "sdsa"} if model == "sdt" else {"attention.model": "ssa", "attention.scale": "0.25"}
    return attention | {  # a scale for few tokens and narrow heads
        "network.model": model,
        "network.dim": str(DIM),
        "network.depth": "1",
        "network.heads": "2",
        "network.mlp_ratio": "2",
        "network.timesteps": "4",
        "network.stem_widths": widths,
        "network.stem_pools": pools,
    }


def resformer_settings():
    return {
        "network.model": "spikingresformer",
        "network.planes": "8,16",
        "network.depths": "1,2",
        "network.heads": "1,2",
        "network.patches": "2,1",
        "network.group_size": "8",
        "network.mlp_ratio": "2",
        "network.timesteps": "4",
    }


def qkformer_settings():
    return {
        "network.model": "qkformer",
        "network.dim": str(DIM),
        "network.depths": "1,1",
        "network.heads": "2",
        "network.mlp_ratio": "2",
        "network.timesteps": "4",
        "network.stem_widths": "4,8,8",
        "network.stem_pools": "0,0,0",
        "network.stem_shortcut": "1",
        "network.embed_pools": "0,1",
        "attention.model": "ssa",
        "attention.scale": "0.25",
    }


QKFORMER_CASES = {  # the same weights pooled as on CIFAR and as on ImageNet, and as the released code runs on
    "late": {},
    "early": {"network.stem_pools": "1,0,0", "network.embed_pools": "1,0"},
    "batch": {"network.compat_batch_lif": "true"},
}


class Calibrating(Network):
    """Sets the statistics of each normalisation to those of what comes in, and keeps them; likewise firing rates."""

    def rate(self, spikes, name):
        mean = spikes.mean((0, 1, 3, 4), keepdims=True)
        self.weights[name] = np.float32(mean).astype(np.float64)
        return super().rate(spikes, name)

    def norm(self, x, name):
        axes = tuple(range(x.ndim - 1))
        self.weights[name + ".norm.running_mean"] = np.float32(x.mean(axes)).astype(np.float64)
        self.weights[name + ".norm.running_var"] = np.float32(x.var(axes)).astype(np.float64)
        return super().norm(x, name)


def add_stage(rng, weights, name, shape, has_bias=False):
    draw = lambda low, high: rng.uniform(low, high, shape[0]).astype(np.float32)
    weights[name + ".weight"] = rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32)
    if has_bias:
        weights[name + ".bias"] = draw(-0.5, 0.5)
    weights[name + ".norm.weight"], weights[name + ".norm.bias"] = draw(1.2, 2.2), draw(0.2, 1.0)


def resformer_weights(rng, settings):
    weights = {}
    stage = lambda *args: add_stage(rng, weights, *args)
    planes, depths, patches = ([int(v) for v in settings[f"network.{key}"].split(",")]
                               for key in ("planes", "depths", "patches"))
    stage("stem.0", (planes[0], 3, 3, 3))
    for s, (plane, depth, patch) in enumerate(zip(planes, depths, patches)):
        if s > 0:
            stage(f"stage.{s}.0.down", (plane, planes[s - 1], 3, 3))
        hidden, group = plane * int(settings["network.mlp_ratio"]), int(settings["network.group_size"])
        for layer in range(int(s > 0), 2 * depth, 2):
            attn, mlp = f"stage.{s}.{layer}.attn.", f"stage.{s}.{layer + 1}.mlp."
            stage(attn + "kv", (2 * plane, plane, patch, patch))
            stage(attn + "proj", (plane, plane))
            stage(mlp + "up", (hidden, plane))
            stage(mlp + "conv", (hidden, group, 3, 3))
            stage(mlp + "down", (plane, hidden))
    weights["head.weight"] = rng.normal(0, 0.5, (CLASSES, planes[-1])).astype(np.float32)
    return weights


def add_stages(stage, widths, weights):
    """The stem and two stages of one block each."""
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        stage(f"stem.{i}", (outputs, inputs, 3, 3))
    stage("stem.shortcut", (widths[-1], widths[1], 1, 1))
    for i, inputs in enumerate((widths[-1], DIM)):
        stage(f"stage.1.embed.{i}", (DIM, inputs, 3, 3))
    stage("stage.1.embed.shortcut", (DIM, widths[-1], 1, 1))
    for name in ("stem.0", "stage.1.embed.0", "stage.1.embed.1"):
        weights[name + ".norm.bias"] -= np.float32(0.9)  # their potentials may go through max pooling
    for s, (width, maps) in enumerate(((widths[-1], "qk"), (DIM, "qkv"))):
        attn, mlp = f"stage.{s}.block.0.attn.", f"stage.{s}.block.0.mlp."
        for name in maps:
            stage(attn + name, (width, width))
        stage(attn + "proj", (width, width), has_bias=True)
        stage(mlp + "fc1", (2 * width, width), has_bias=True)
        stage(mlp + "fc2", (width, 2 * width), has_bias=True)


def random_weights(rng, settings):
    if settings["network.model"] == "spikingresformer":
        return resformer_weights(rng, settings)
    weights = {}
    stage = lambda *args, **options: add_stage(rng, weights, *args, **options)
    widths = [3] + [int(w) for w in settings["network.stem_widths"].split(",")]
    if settings["network.model"] == "qkformer":
        add_stages(stage, widths, weights)
        weights["head.weight"] = rng.normal(0, 0.5, (CLASSES, DIM)).astype(np.float32)
        weights["head.bias"] = rng.normal(0, 0.1, CLASSES).astype(np.float32)
        return weights
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        stage(f"stem.{i}", (outputs, inputs, 3, 3))
        if settings["network.model"] == "sdt" and i + 2 == len(widths):
            weights[f"stem.{i}.norm.bias"] -= np.float32(2)  # its potentials go through max pooling
    if settings["network.model"] != "spikingformer":
        stage("stem.rpe", (DIM, DIM, 3, 3))
    for name in "qkv":
        stage(f"block.0.attn.{name}", (DIM, DIM))
    stage("block.0.attn.proj", (DIM, DIM), has_bias=True)
    stage("block.0.mlp.fc1", (HIDDEN, DIM), has_bias=True)
    stage("block.0.mlp.fc2", (DIM, HIDDEN), has_bias=True)
    weights["head.weight"] = rng.normal(0, 0.5, (CLASSES, DIM)).astype(np.float32)
    weights["head.bias"] = rng.normal(0, 0.1, CLASSES).astype(np.float32)
    return weights


def cell_settings():
    """{case: settings}: queries and keys x row norms x values."""
    cells = {}
    for query_key in ("binary", "ternary"):
        for norm in SCORE_NORMS:
            for spike_v in ("true", "false"):
                cells[f"{query_key}-{norm}-{'spiked' if spike_v == 'true' else 'real'}"] = {
                    "attention.model": "bsa" if query_key == "ternary" else "ssa",
                    "attention.query_key": query_key,
                    "attention.score_norm": norm,
                    "attention.spike_v": spike_v,
                    "attention.scale": "0.25" if norm == "none" else "1",
                    # A mean of spikes rarely reaches 0.5; and such a quotient of small integers must not meet it.
                    "attention.threshold": "0.15327" if norm != "none" and spike_v == "true" else "0.5",
                }
    return cells


def fitted_weights(rng, settings, images):
    network = Calibrating(random_weights(rng, settings), settings)
    network(images)
    return network.weights


def check_rates(case, network):
    for name, spikes in network.seen.items():
        rate = np.count_nonzero(spikes) / spikes.size
        if name.endswith("_lif") and not 0.05 < rate < 0.7:
            raise SystemExit(f"{case}: {name} fires in {rate:.1%} of its slots: no useful test")


def make(path, settings, cases):
    """The first case keeps the spikes of all neurons, the others of those that come after the scores."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        images = rng.normal(0, 1, (IMAGES, SIDE, SIDE, 3)).astype(np.float32)
        weights = fitted_weights(rng, settings, images)
        networks = {case: Network(weights, settings | more) for case, more in cases.items()}
        answers = {case: network(images) for case, network in networks.items()}
        if min(network.margin for network in networks.values()) > MARGIN:
            break
    else:
        raise SystemExit(f"{path}: no seed keeps all potentials {MARGIN} away from their thresholds")
    with GoldenFile(path, settings, weights, images) as golden:
        for case, network in networks.items():
            check_rates(case, network)
            names = [name for name in network.seen if name.endswith("_lif")]
            if case != next(iter(cases)) and settings["network.model"] != "qkformer":
                names = [name for name in names if "attn_lif" in name or "mlp" in name]
            spikes = {name: network.seen[name] for name in names}
            weights_of = [name for name in network.seen if name.endswith("attn.weight")]
            inside = {w: network.seen[w][:, :1] for w in weights_of} if settings.get("attention.model") == "ssa" else {}
            golden.add(case, cases[case], answers[case], spikes, inside)
    print(path, "seed", seed, path.stat().st_size, "bytes")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for model in STEMS:
        make(folder / f"{model}.h5", settings_of(model), {settings_of(model)["attention.model"]: {}})
    make(folder / "spikingresformer.h5", resformer_settings(), {"dssa": {}})
    make(folder / "qkformer.h5", qkformer_settings(), QKFORMER_CASES)
    make(folder / "cells.h5", settings_of("spikingformer"), cell_settings())


if __name__ == "__main__":
    main()
