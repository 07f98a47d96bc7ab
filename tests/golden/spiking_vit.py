#!/usr/bin/env python3
"""A spiking vision Transformer in plain numpy, float64: what the golden networks are made with.

Written from the equations alone and as slow as they read. Arrays are time first and channels last, as in Bispike:
images and maps [T, B, H, W, C], tokens [T, B, N, C], inside attention [T, B, heads, N, d]. Parameters go by Bispike's
names. `seen` keeps the spikes of every neuron and the scores and weights of attention by Bispike's layer names;
`margin` is the smallest distance of any potential from its threshold, but for those that meet it exactly: these come
from sums of spikes, which are exact in float32 too.

It agrees with the public PyTorch code of both networks on each of 7.6 million spikes (convert_public.py).
"""
import numpy as np

EPSILON = 1e-5  # of batch normalisation


def convolve(x, weight, stride=1, padding=1):
    """No bias; as many groups as the weight says. x [..., H, W, in], weight [out, in / groups, k, k]."""
    side = weight.shape[-1]
    rows, columns = ((extent + 2 * padding - side) // stride + 1 for extent in x.shape[-3:-1])
    padded = np.pad(x, [(0, 0)] * (x.ndim - 3) + [(padding, padding), (padding, padding), (0, 0)])
    every = lambda first, count: slice(first, first + stride * (count - 1) + 1, stride)
    window = lambda i, j: padded[..., every(i, rows), every(j, columns), :]
    groups = x.shape[-1] // weight.shape[1]
    of_group = lambda a, g, axis: np.split(a, groups, axis)[g]
    return np.concatenate([
        sum(of_group(window(i, j), g, -1) @ of_group(weight, g, 0)[:, :, i, j].T
            for i in range(side) for j in range(side))
        for g in range(groups)], axis=-1)


def max_pool(x):
    """3x3, stride 2, padding 1. x [..., H, W, C]."""
    rows, columns = (x.shape[-3] + 1) // 2, (x.shape[-2] + 1) // 2
    edge = [(0, 0)] * (x.ndim - 3) + [(1, 1), (1, 1), (0, 0)]
    padded = np.pad(x, edge, constant_values=-np.inf)
    every_other = lambda first, count: slice(first, first + 2 * count - 1, 2)
    windows = [padded[..., every_other(i, rows), every_other(j, columns), :] for i in range(3) for j in range(3)]
    return np.max(windows, axis=0)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def shiftmax(x):
    """2^(x_i - ceil(log2 sum_j 2^x_j)) for integers x: in Python's integers, so that nothing is rounded."""
    rows = []
    for row in x.reshape(-1, x.shape[-1]).astype(int).tolist():
        low = min(row)
        gamma = low + (sum(1 << (v - low) for v in row) - 1).bit_length()
        rows.append([2.0 ** (v - gamma) for v in row])
    return np.array(rows).reshape(x.shape)


def spike_count(x):
    counts = np.maximum(x, 0)
    total = counts.sum(-1, keepdims=True)
    return np.where(total > 0, counts / np.maximum(total, 1), 1 / x.shape[-1])


SCORE_NORMS = {"none": lambda x: x, "softmax": softmax, "shiftmax": shiftmax, "spike_count": spike_count}


class Network:
    """`settings` are Bispike's: network.model, network.heads, attention.score_norm, ..."""

    def __init__(self, weights, settings):
        self.weights = {name: np.asarray(w, np.float64) for name, w in weights.items()}
        self.settings = settings
        self.seen, self.margin = {}, np.inf

    def option(self, name, default):
        return type(default)(self.settings.get(name, default))

    def norm(self, x, name):
        w = lambda part: self.weights[f"{name}.norm.{part}"]
        return (x - w("running_mean")) / np.sqrt(w("running_var") + EPSILON) * w("weight") + w("bias")

    def conv(self, x, name, **shape):
        return self.norm(convolve(x, self.weights[name + ".weight"], **shape), name)

    def linear(self, x, name):
        return self.norm(x @ self.weights[name + ".weight"].T + self.weights.get(name + ".bias", 0.0), name)

    def neuron(self, x, name, threshold=1.0, ternary=False):
        """tau = 2, decaying input, hard reset to 0, fires at the threshold."""
        v, spikes = np.zeros(x.shape[1:]), []
        for current in x:
            h = v + (current - v) / 2
            height = np.abs(h) if ternary else h
            fired = height >= threshold
            distance = np.abs(height - threshold)
            self.margin = min(self.margin, distance[distance > 0].min())
            spikes.append(np.where(fired, np.sign(h), 0.0))
            v = np.where(fired, 0.0, h)
        self.seen[name] = np.array(spikes)
        return self.seen[name]

    def split(self, x):
        """[T, B, N, C] -> [T, B, heads, N, C / heads]"""
        heads = self.option("network.heads", 1)
        return x.reshape(*x.shape[:3], heads, x.shape[3] // heads).swapaxes(2, 3)

    def attention(self, x, name):
        ternary = self.option("attention.query_key", "binary") == "ternary"
        q, k = (self.split(self.neuron(self.linear(x, name + p), name + p + "_lif", ternary=ternary)) for p in "qk")
        v = self.linear(x, name + "v")
        if self.option("attention.spike_v", "true") == "true":
            v = self.neuron(v, name + "v_lif")
        score = self.seen[name + "score"] = q @ k.swapaxes(-1, -2)
        weight = self.seen[name + "weight"] = SCORE_NORMS[self.option("attention.score_norm", "none")](score)
        scale = self.option("attention.scale", 0.125 if self.option("attention.score_norm", "none") == "none" else 1.0)
        y = scale * (weight @ self.split(v)).swapaxes(2, 3).reshape(x.shape)
        threshold = self.option("attention.threshold", 0.5)
        return self.neuron(y, name + "attn_lif", threshold, self.option("attention.model", "ssa") == "bsa")

    def spike_driven_attention(self, x, name):
        q, k, v = (self.neuron(self.linear(x, name + p), name + p + "_lif") for p in "qkv")
        self.seen[name + "weight"] = (k * v).sum(2, keepdims=True)
        return q * self.neuron(self.seen[name + "weight"], name + "attn_lif", self.option("attention.threshold", 0.5))

    def rate(self, spikes, name):
        """Firing rates of heads, [1, 1, heads, 1, 1]. spikes [T, B, heads, ...]"""
        return self.weights[name]

    def dual_spike_attention(self, x, name, heads, patch):
        """x [T, B, H, W, C], potentials."""
        spikes = self.neuron(x, name + "input_lif")
        y = self.conv(spikes, name + "kv", stride=patch, padding=0)
        of_heads = lambda a: a.reshape(*a.shape[:2], -1, heads, a.shape[-1] // heads).swapaxes(2, 3)
        key, value = np.split(of_heads(y), 2, axis=-1)  # [T, B, heads, M, d]
        query = of_heads(spikes)  # [T, B, heads, N, d]
        width, patches = query.shape[-1], key.shape[-2]
        score = query @ key.swapaxes(-1, -2) / np.sqrt(self.rate(query, name + "firing_rate_x") * width)
        weight = self.neuron(score, name + "attn_lif")
        y = weight @ value / np.sqrt(self.rate(weight, name + "firing_rate_attn") * patches)
        y = self.neuron(y.swapaxes(2, 3).reshape(x.shape), name + "out_lif")
        return self.linear(y, name + "proj")

    def group_wise_mlp(self, x, name):
        x = self.linear(self.neuron(x, name + "up_lif"), name + "up")
        x = x + self.conv(self.neuron(x, name + "conv_lif"), name + "conv")
        return self.linear(self.neuron(x, name + "down_lif"), name + "down")

    def spikingresformer(self, x):
        sizes = (self.settings[f"network.{key}"].split(",") for key in ("depths", "heads", "patches"))
        x = self.conv(x, "stem.0")
        for stage, (depth, heads, patch) in enumerate(zip(*(map(int, size) for size in sizes))):
            layers = (f"stage.{stage}.{i}." for i in range(2 * depth + 1))
            if stage > 0:
                down = next(layers) + "down"
                x = self.conv(self.neuron(x, down + "_lif"), down, stride=2)
            for _ in range(depth):
                x = x + self.dual_spike_attention(x, next(layers) + "attn.", heads, patch)
                x = x + self.group_wise_mlp(x, next(layers) + "mlp.")
        return x.reshape(*x.shape[:2], -1, x.shape[-1])

    def token_attention(self, x, name):
        """One gate a head and token, [T, B, N, heads], over the keys of that head."""
        q, k = (self.neuron(self.linear(x, name + p), name + p + "_lif") for p in "qk")
        heads = self.option("network.heads", 1)
        score = q.reshape(*q.shape[:3], heads, -1).sum(-1)
        gate = self.neuron(score, name + "attn_lif", self.option("attention.threshold", 0.5))
        return np.repeat(gate, q.shape[-1] // heads, axis=-1) * k

    def image_by_image(self, x, name):
        """A neuron for which image b of step t comes after image b - 1 of step t. x [T, B, N, C]"""
        y = self.neuron(x.reshape(-1, 1, *x.shape[2:]), name).reshape(x.shape)
        self.seen[name] = y
        return y

    def embedding(self, x, name, first, pools):
        """Convolutions with a shortcut beside them; maxima are taken of potentials."""
        stride = 2 ** sum(pools)
        shortcut = self.conv(x, name + "shortcut", stride=stride, padding=0)
        for i, pool in enumerate(pools):
            x = self.conv(x, f"{name}{first + i}")
            x = self.neuron(max_pool(x) if pool else x, f"{name}{first + i}_lif")
        return x + self.neuron(shortcut, name + "shortcut_lif")

    def qkformer(self, x):
        numbers = lambda key: [int(v) for v in self.settings["network." + key].split(",")]
        depths, stem, embed = (numbers(key) for key in ("depths", "stem_pools", "embed_pools"))
        before = int(self.settings["network.stem_shortcut"])
        mixes = self.option("network.compat_batch_lif", "false") == "true"
        for i, pool in enumerate(stem[:before]):
            x = self.conv(x, f"stem.{i}")
            x = self.neuron(max_pool(x) if pool else x, f"stem.{i}_lif")
        for s, depth in enumerate(depths):
            last = s + 1 == len(depths)
            x = self.embedding(x, *((f"stage.{s}.embed.", 0, embed) if s else ("stem.", before, stem[before:])))
            size = x.shape
            x = x.reshape(*size[:2], -1, size[-1])
            for i in range(depth):
                attn, mlp = f"stage.{s}.block.{i}.attn.", f"stage.{s}.block.{i}.mlp."
                y = self.linear((self.attention if last else self.token_attention)(x, attn), attn + "proj")
                x = x + (self.image_by_image if last and mixes else self.neuron)(y, attn + "proj_lif")
                y = self.neuron(self.linear(x, mlp + "fc1"), mlp + "fc1_lif")
                x = x + self.neuron(self.linear(y, mlp + "fc2"), mlp + "fc2_lif")
            x = x.reshape(size)
        return x.reshape(*size[:2], -1, size[-1])

    def stages(self):
        pools = [int(p) for p in self.settings["network.stem_pools"].split(",")]
        return [(f"stem.{i}", pool == 1) for i, pool in enumerate(pools)]

    def spikingformer(self, x):
        for i, (stage, pool) in enumerate(self.stages()):
            if i > 0:
                x = self.neuron(x, stage + "_lif")
            x = self.conv(max_pool(x) if pool else x, stage)
        x = x.reshape(*x.shape[:2], -1, x.shape[-1])
        for i in range(self.option("network.depth", 1)):
            attn, mlp = f"block.{i}.attn.", f"block.{i}.mlp."
            x = x + self.linear(self.attention(self.neuron(x, attn + "input_lif"), attn), attn + "proj")
            y = self.linear(self.neuron(x, mlp + "fc1_lif"), mlp + "fc1")
            x = x + self.linear(self.neuron(y, mlp + "fc2_lif"), mlp + "fc2")
        return x

    def sdt(self, x):
        for stage, pool in self.stages():
            x = self.conv(x, stage)
            if stage != self.stages()[-1][0]:
                x = self.neuron(x, stage + "_lif")
            x = max_pool(x) if pool else x
        x = x + self.conv(self.neuron(x, "stem.rpe_lif"), "stem.rpe")
        x = x.reshape(*x.shape[:2], -1, x.shape[-1])
        for i in range(self.option("network.depth", 1)):
            attn, mlp = f"block.{i}.attn.", f"block.{i}.mlp."
            y = self.spike_driven_attention(self.neuron(x, attn + "input_lif"), attn)
            x = x + self.linear(y, attn + "proj")
            y = self.linear(self.neuron(x, mlp + "fc1_lif"), mlp + "fc1")
            x = x + self.linear(self.neuron(y, mlp + "fc2_lif"), mlp + "fc2")
        return self.neuron(x.mean(2), "head_lif")[:, :, None]

    def spikformer(self, x):
        for stage, pool in self.stages():
            x = self.neuron(self.conv(x, stage), stage + "_lif")
            x = max_pool(x) if pool else x
        x = x + self.neuron(self.conv(x, "stem.rpe"), "stem.rpe_lif")
        x = x.reshape(*x.shape[:2], -1, x.shape[-1])
        for i in range(self.option("network.depth", 1)):
            attn, mlp = f"block.{i}.attn.", f"block.{i}.mlp."
            x = x + self.neuron(self.linear(self.attention(x, attn), attn + "proj"), attn + "proj_lif")
            y = self.neuron(self.linear(x, mlp + "fc1"), mlp + "fc1_lif")
            x = x + self.neuron(self.linear(y, mlp + "fc2"), mlp + "fc2_lif")
        return x

    def __call__(self, images):
        """images [B, H, W, C] -> the answer after each step, [T, B, classes]: the mean of the scores so far."""
        steps = self.option("network.timesteps", 4)
        x = getattr(self, self.settings["network.model"])(np.repeat(images[None].astype(np.float64), steps, axis=0))
        scores = x.mean(2) @ self.weights["head.weight"].T + self.weights.get("head.bias", 0.0)
        return np.cumsum(scores, axis=0) / np.arange(1, steps + 1)[:, None, None]
