"""The artificial twin of a Spikingformer: the same layers and sizes, ReLU for neurons, softmax attention, no time."""
import dataclasses

from torch import nn

import network


class Relu(nn.ReLU):
    def __init__(self, threshold=None):
        super().__init__()


class SoftmaxAttention(network.Attention):
    def __init__(self, size, neuron):
        super().__init__(size, neuron)
        self.q_lif, self.k_lif, self.v_lif, self.attn_lif = (nn.Identity() for _ in range(4))

    def mix(self, q, k, v):
        q, k, v = self.split(q), self.split(k), self.split(v)
        scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
        return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def make_twin(size):
    once = dataclasses.replace(size, timesteps=1)
    twin = network.Spikingformer(once, Relu)
    twin.block = nn.ModuleList(network.Block(once, Relu, SoftmaxAttention) for _ in range(size.depth))
    return twin
