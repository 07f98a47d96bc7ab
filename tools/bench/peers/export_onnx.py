"""A network as ONNX, one file a batch size. Usage: export_onnx.py NETWORK FOLDER spikes|ann T BATCH...

`spikes` is the spiking network with its weights, its spikes dense floats; `ann` its artificial twin with random ones.
Batch normalisation is folded in both. Writes FOLDER/KIND-BATCH.onnx.
"""
import functools
import sys

import torch

import fold
import network
import neurons
import safetensors
import twin


def make(kind, size, folder):
    if kind == "ann":
        torch.manual_seed(1)
        return twin.make_twin(size)
    net = network.Spikingformer(size, functools.partial(neurons.GraphLif, size.timesteps))
    return net.load(safetensors.read_safetensors(f"{folder}/weights.safetensors"))


def main(name, folder, kind, timesteps, *batches):
    images = safetensors.read_safetensors(f"{folder}/images.safetensors")["images"]
    size = network.Size.of(name, timesteps=int(timesteps), channels=images.shape[1])
    net = fold.fold_norms(make(kind, size, folder))
    print(f"{kind}: {sum(p.numel() for p in net.parameters())} values with normalisation folded", file=sys.stderr)
    for batch in map(int, batches):
        torch.onnx.export(net, images[:1].expand(batch, -1, -1, -1).contiguous(), f"{folder}/{kind}-{batch}.onnx",
                          opset_version=14, input_names=["images"], output_names=["logits"])


if __name__ == "__main__":
    main(*sys.argv[1:])
