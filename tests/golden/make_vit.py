#!/usr/bin/env python3
"""Makes the golden files of the vision Transformer: vit_token.h5 and vit_mean.h5.

    make_vit.py [FOLDER]    (Debian's python3 with python3-h5py)

Two tiny networks with random weights, and what plain float64 numpy makes of two images, layer by layer: class token,
layer norm and GELU; mean of the patches without a class token, batch norm and ReLU.
"""
import math
import pathlib
import sys

import numpy as np
from golden_file import GoldenFile

DIM, HEADS, DEPTH, HIDDEN, CLASSES, PATCH = 16, 2, 2, 32, 5, 4
HEIGHT, WIDTH, IMAGES = 8, 12, 2  # not square, so that rows and columns cannot be mistaken
COMMON = {
    "network.model": "vit",
    "network.dim": str(DIM),
    "network.depth": str(DEPTH),
    "network.heads": str(HEADS),
    "network.mlp_ratio": "2",
    "network.patch": str(PATCH),
    "network.timesteps": "1",
}
FORMS = {
    "vit_token": {"network.class_token": "true", "network.pool": "token", "network.norm": "layer",
                  "network.activation": "gelu"},
    "vit_mean": {"network.class_token": "false", "network.pool": "mean", "network.norm": "batch",
                 "network.activation": "relu"},
}
erf = np.vectorize(math.erf)


def random_weights(rng, form, patches):
    weights = {}
    draw = lambda *shape, sigma=1.0: rng.normal(0, sigma, shape).astype(np.float32)

    def synapse(name, *shape):
        weights[name + ".weight"] = draw(*shape, sigma=1 / math.sqrt(math.prod(shape[1:])))
        weights[name + ".bias"] = draw(shape[0], sigma=0.3)

    def norm(name):
        weights[name + ".weight"] = 1 + draw(DIM, sigma=0.2)
        weights[name + ".bias"] = draw(DIM, sigma=0.3)
        if form["network.norm"] == "batch":
            weights[name + ".running_mean"] = draw(DIM, sigma=0.3)
            weights[name + ".running_var"] = rng.uniform(0.5, 1.5, DIM).astype(np.float32)

    has_token = form["network.class_token"] == "true"
    synapse("patches", DIM, 3, PATCH, PATCH)
    if has_token:
        weights["class_token"] = draw(1, 1, DIM)
    weights["position"] = draw(1, patches + has_token, DIM, sigma=0.5)
    for i in range(DEPTH):
        norm(f"block.{i}.norm1")
        for name in ("q", "k", "v", "proj"):
            synapse(f"block.{i}.attn.{name}", DIM, DIM)
        norm(f"block.{i}.norm2")
        synapse(f"block.{i}.mlp.fc1", HIDDEN, DIM)
        synapse(f"block.{i}.mlp.fc2", DIM, HIDDEN)
    norm("norm" if form["network.pool"] == "token" else "fc_norm")
    synapse("head", CLASSES, DIM)
    return weights


class Vit:
    """Keeps what every layer gave, under Bispike's names."""

    def __init__(self, weights, form):
        self.w = {name: value.astype(np.float64) for name, value in weights.items()}
        self.form, self.seen = form, {}

    def keep(self, name, values):
        self.seen[name] = values
        return values

    def linear(self, x, name):
        return self.keep(name, x @ self.w[name + ".weight"].T + self.w[name + ".bias"])

    def norm(self, x, name):
        if self.form["network.norm"] == "batch":
            mean, variance, eps = self.w[name + ".running_mean"], self.w[name + ".running_var"], 1e-5
        else:
            mean, variance, eps = x.mean(-1, keepdims=True), x.var(-1, keepdims=True), 1e-6
        return self.keep(name, (x - mean) / np.sqrt(variance + eps) * self.w[name + ".weight"] + self.w[name + ".bias"])

    def activation(self, x, name):
        gelu = self.form["network.activation"] == "gelu"
        return self.keep(name, x * (1 + erf(x / math.sqrt(2))) / 2 if gelu else np.maximum(x, 0))

    def patches(self, images):
        """[B, H, W, C] to [B, N, DIM]: one product a patch, patches row by row."""
        rows = []
        for y in range(0, images.shape[1], PATCH):
            for x in range(0, images.shape[2], PATCH):
                patch = images[:, y:y + PATCH, x:x + PATCH, :]
                rows.append(np.einsum("byxc,dcyx->bd", patch, self.w["patches.weight"]) + self.w["patches.bias"])
        return self.keep("patches", np.stack(rows, axis=1))

    def attention(self, x, name):
        b, n, _ = x.shape
        split = lambda y: y.reshape(b, n, HEADS, DIM // HEADS).transpose(0, 2, 1, 3)
        q, k, v = (split(self.linear(x, f"{name}.{part}")) for part in "qkv")
        scores = self.keep(name + ".score", q @ k.transpose(0, 1, 3, 2) / math.sqrt(DIM // HEADS))
        e = np.exp(scores - scores.max(-1, keepdims=True))
        weights = self.keep(name + ".weight", e / e.sum(-1, keepdims=True))
        mixed = self.keep(name + ".mix", (weights @ v).transpose(0, 2, 1, 3).reshape(b, n, DIM))
        return self.linear(mixed, name + ".proj")

    def __call__(self, images):
        x = self.patches(images.astype(np.float64))
        if "class_token" in self.w:
            x = np.concatenate([np.repeat(self.w["class_token"], len(x), axis=0), x], axis=1)
        x = x + self.w["position"]
        for i in range(DEPTH):
            block = f"block.{i}"
            x = x + self.attention(self.norm(x, block + ".norm1"), block + ".attn")
            hidden = self.linear(self.norm(x, block + ".norm2"), block + ".mlp.fc1")
            x = x + self.linear(self.activation(hidden, block + ".mlp.act"), block + ".mlp.fc2")
        if self.form["network.pool"] == "token":
            return self.linear(self.norm(x, "norm")[:, 0], "head")  # of every token, as timm does it
        return self.linear(self.norm(x.mean(1), "fc_norm"), "head")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for seed, (name, form) in enumerate(FORMS.items()):
        rng = np.random.default_rng(seed)
        images = rng.normal(0, 1, (IMAGES, HEIGHT, WIDTH, 3)).astype(np.float32)
        weights = random_weights(rng, form, (HEIGHT // PATCH) * (WIDTH // PATCH))
        network = Vit(weights, form)
        answers = network(images)
        layers = {layer: values[None] for layer, values in network.seen.items() if layer != "norm"}
        path = folder / f"{name}.h5"
        with GoldenFile(path, COMMON | form, weights, images) as golden:
            golden.add("softmax", {}, answers[None], {}, layers)
        print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
