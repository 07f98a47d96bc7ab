"""The network in PyTorch, as a process that answers requests. Usage: torch_peer.py NETWORK FOLDER THREADS NEURON T.

Requests: {"batch": B} takes all images of FOLDER/images.safetensors through in batches of B and tells the seconds;
{"record": N} writes what the first N images do; {"logits": N} tells their scores.
"""
import functools
import sys
import time

import torch

import fold
import lines
import network
import neurons
import recording
import safetensors

NEURONS = {"torch": neurons.PlainLif, "spikingjelly": neurons.JellyLif}


@torch.inference_mode()
def main(name, folder, threads, neuron, timesteps):
    torch.set_num_threads(int(threads))
    images = safetensors.read_safetensors(f"{folder}/images.safetensors")["images"]
    size = network.Size.of(name, timesteps=int(timesteps), channels=images.shape[1])
    net = network.Spikingformer(size, functools.partial(NEURONS[neuron], size.timesteps))
    net = fold.fold_norms(net.load(safetensors.read_safetensors(f"{folder}/weights.safetensors")))
    net = net.to(memory_format=torch.channels_last)
    images = images.contiguous(memory_format=torch.channels_last)

    def answer(batch=0, record=0, logits=0):
        if record:
            return {"rates": recording.record(net, images[:record], folder)}
        if logits:
            return {"logits": net(images[:logits]).tolist()}
        start = time.perf_counter()
        for part in images.split(batch):
            net(part)
        return {"images": len(images), "seconds": time.perf_counter() - start}

    about = {"torch": torch.__version__, "threads": torch.get_num_threads()}
    if neuron == "spikingjelly":
        import importlib.metadata
        about["spikingjelly"] = importlib.metadata.version("spikingjelly")
    lines.serve(about, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
