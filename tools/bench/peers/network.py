"""Spikingformer (Zhou et al. 2023, CIFAR form) written plainly in PyTorch, and its artificial twin.

Time steps are folded into the batch for everything but the neurons, as SpikingJelly's multi-step mode does: maps are
[T * B, C, H, W], tokens [T * B, N, C]. Names are those of the authors' code, so that weights exported by
`bispike export` load with `load_state_dict`, but for the 1x1 convolutions over tokens, which are linear maps here.
"""
import dataclasses

import torch
import torch.nn.functional as F
from torch import nn


@dataclasses.dataclass(frozen=True)
class Size:
    """`spikingformer-4-384` and what goes with it; `heads` as `bispike bench` chooses them."""

    depth: int
    width: int
    timesteps: int = 4
    channels: int = 3
    classes: int = 10

    @property
    def heads(self):
        return next(heads for heads in (12, 8, 4, 2, 1) if self.width % heads == 0)

    @classmethod
    def of(cls, name, **others):
        family, depth, width = name.rsplit("-", 2)
        if family != "spikingformer":
            raise SystemExit(f"{name}: the peers are written for spikingformer-DEPTH-WIDTH only")
        return cls(int(depth), int(width), **others)


class TokenNorm(nn.BatchNorm1d):
    """Batch normalisation over tokens [T * B, N, C]."""

    def forward(self, x):
        return super().forward(x.flatten(0, 1)).view_as(x)


class Stem(nn.Module):
    """Five convolutions; the last two see pooled spikes."""

    def __init__(self, size, neuron):
        super().__init__()
        widths = [size.channels, *(size.width // part for part in (8, 4, 2, 1, 1))]
        for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
            if i > 0:
                self.add_module(f"block{i}_lif", neuron())
            self.add_module(f"block{i}_conv", nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))
            self.add_module(f"block{i}_bn", nn.BatchNorm2d(outputs))

    def forward(self, images, timesteps):
        # The image is the same at every step, so its convolution is done once; in training, too, its statistics are.
        x = self.block0_bn(self.block0_conv(images)).repeat(timesteps, 1, 1, 1)
        for i in (1, 2, 3, 4):
            x = getattr(self, f"block{i}_lif")(x)
            if i >= 3:
                x = F.max_pool2d(x, 3, 2, 1)
            x = getattr(self, f"block{i}_bn")(getattr(self, f"block{i}_conv")(x))
        return x.flatten(2).transpose(1, 2)  # tokens


class Attention(nn.Module):
    """Spiking self-attention: out = LIF_0.5(0.125 q k^T v) of binary q, k, v."""

    def __init__(self, size, neuron):
        super().__init__()
        self.heads = size.heads
        self.proj_lif, self.attn_lif = neuron(), neuron(threshold=0.5)
        for name in ("q", "k", "v"):
            self.add_module(f"{name}_conv", nn.Linear(size.width, size.width, bias=False))
            self.add_module(f"{name}_bn", TokenNorm(size.width))
            self.add_module(f"{name}_lif", neuron())
        self.proj_conv, self.proj_bn = nn.Linear(size.width, size.width), TokenNorm(size.width)

    def split(self, x):
        return x.reshape(*x.shape[:2], self.heads, x.shape[2] // self.heads).transpose(1, 2)  # [T * B, heads, N, d]

    def mix(self, q, k, v):
        """q, k, v and the result [T * B, N, C]."""
        q, k, v = self.split(q), self.split(k), self.split(v)
        return ((q @ k.transpose(-2, -1)) @ v * 0.125).transpose(1, 2).flatten(2)

    def forward(self, x):
        x = self.proj_lif(x)
        q, k, v = (getattr(self, f"{n}_lif")(getattr(self, f"{n}_bn")(getattr(self, f"{n}_conv")(x))) for n in "qkv")
        return self.proj_bn(self.proj_conv(self.attn_lif(self.mix(q, k, v))))


class Mlp(nn.Module):
    def __init__(self, size, neuron):
        super().__init__()
        hidden = 4 * size.width
        self.mlp1_lif, self.mlp1_conv, self.mlp1_bn = neuron(), nn.Linear(size.width, hidden), TokenNorm(hidden)
        self.mlp2_lif, self.mlp2_conv, self.mlp2_bn = neuron(), nn.Linear(hidden, size.width), TokenNorm(size.width)

    def forward(self, x):
        x = self.mlp1_bn(self.mlp1_conv(self.mlp1_lif(x)))
        return self.mlp2_bn(self.mlp2_conv(self.mlp2_lif(x)))


class Block(nn.Module):
    def __init__(self, size, neuron, attention=Attention):
        super().__init__()
        self.attn, self.mlp = attention(size, neuron), Mlp(size, neuron)

    def forward(self, x):
        x = x + self.attn(x)
        return x + self.mlp(x)


class Spikingformer(nn.Module):
    """images [B, C, H, W] to logits [B, classes], the mean over time of the scores of each step."""

    def __init__(self, size, neuron):
        super().__init__()
        self.timesteps = size.timesteps
        self.patch_embed = Stem(size, neuron)
        self.block = nn.ModuleList(Block(size, neuron) for _ in range(size.depth))
        self.head = nn.Linear(size.width, size.classes)

    def forward(self, images):
        x = self.patch_embed(images, self.timesteps)
        for block in self.block:
            x = block(x)
        return self.head(x.mean(1).reshape(self.timesteps, len(images), -1).mean(0))

    def load(self, arrays):
        """Weights under the authors' names."""
        tokens = lambda name, w: w.flatten(1) if name.startswith("block.") and name.endswith("conv.weight") else w
        self.load_state_dict({name: tokens(name, w) for name, w in arrays.items()}, strict=False)
        missing = set(dict(self.named_parameters())) - set(arrays)
        if missing:
            raise SystemExit(f"no weights for {', '.join(sorted(missing))}")
        return self
