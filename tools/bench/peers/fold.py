"""Batch normalisation folded into the weights before it."""
import torch
from torch import nn


@torch.no_grad()
def fold_pair(synapse, norm):
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    bias = synapse.bias if synapse.bias is not None else torch.zeros_like(norm.bias)
    synapse.weight.mul_(scale.view(-1, *[1] * (synapse.weight.dim() - 1)))
    synapse.bias = nn.Parameter((bias - norm.running_mean) * scale + norm.bias)


def fold_norms(network):
    """Folds each `X_bn` into `X_conv` beside it. Returns the network, in eval mode."""
    for module in network.modules():
        for name, norm in list(module.named_children()):
            if name.endswith("_bn"):
                fold_pair(getattr(module, name[:-2] + "conv"), norm)
                setattr(module, name, nn.Identity())
    return network.eval()
