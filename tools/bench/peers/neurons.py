"""Leaky integrate-and-fire neurons with the conventions of SpikingJelly, for a batch into which time is folded.

Charge h = v + (x - v) / 2, spike s = [h >= threshold], reset v = 0 where it fired; input and output are [T * B, ...].
The forms differ in what they are for, not in what they compute.
"""
import torch
from torch import nn


class PlainLif(nn.Module):
    """For simulating: with u = 2 h, three passes over memory a step, as few as plain operations need."""

    def __init__(self, timesteps, threshold=1.0):
        super().__init__()
        self.timesteps, self.threshold = timesteps, threshold

    def forward(self, x):
        x = x.unflatten(0, (self.timesteps, -1))
        u, spikes = x[0].clone(), torch.empty_like(x)
        for t in range(self.timesteps):
            if t > 0:
                torch.add(x[t], u, alpha=0.5, out=u)
            torch.ge(u, 2 * self.threshold, out=spikes[t])
            u.addcmul_(u, spikes[t], value=-1)
        return spikes.flatten(0, 1)


class GraphLif(PlainLif):
    """The same without writing in place, for a graph of ONNX operations."""

    def forward(self, x):
        u, spikes = None, []
        for now in x.chunk(self.timesteps):
            u = now if u is None else now + 0.5 * u
            spikes.append((u >= 2 * self.threshold).to(x.dtype))
            u = u - u * spikes[-1]
        return torch.cat(spikes)


class Spike(torch.autograd.Function):
    """[distance >= 0]; backwards the derivative of sigmoid(4 distance)."""

    ALPHA = 4.0

    @staticmethod
    def forward(ctx, distance):
        ctx.save_for_backward(distance)
        return (distance >= 0).to(distance.dtype)

    @staticmethod
    def backward(ctx, gradient):
        distance, = ctx.saved_tensors
        slope = torch.sigmoid(Spike.ALPHA * distance)
        return gradient * Spike.ALPHA * slope * (1 - slope)


class TrainedLif(PlainLif):
    """For training; the reset is no path for gradients."""

    def forward(self, x):
        v, spikes = 0.0, []
        for now in x.chunk(self.timesteps):
            h = v + (now - v) * 0.5
            spikes.append(Spike.apply(h - self.threshold))
            v = h * (1 - spikes[-1].detach())
        return torch.cat(spikes)


class JellyLif(nn.Module):
    """SpikingJelly's own, in its multi-step mode (spikingjelly.activation_based, 0.0.0.0.14)."""

    def __init__(self, timesteps, threshold=1.0):
        from spikingjelly.activation_based import neuron, surrogate
        super().__init__()
        self.timesteps = timesteps
        self.node = neuron.LIFNode(tau=2.0, v_threshold=threshold, surrogate_function=surrogate.Sigmoid(alpha=4.0),
                                   detach_reset=True, step_mode="m", backend="torch")

    def forward(self, x):
        spikes = self.node(x.unflatten(0, (self.timesteps, -1)))
        self.node.reset()
        return spikes.flatten(0, 1)
