"""A training step in PyTorch, as a process that answers requests. Usage: training_peer.py NETWORK THREADS NEURON BATCH.

Request {"step": 1}: forward, cross-entropy, backward, AdamW on one batch of noise; tells the seconds and the largest
memory that this process has held so far.
"""
import functools
import resource
import sys
import time

import torch
import torch.nn.functional as F

import lines
import network
import neurons

NEURONS = {"torch": neurons.TrainedLif, "spikingjelly": neurons.JellyLif}


def main(name, threads, neuron, batch):
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    size = network.Size.of(name)
    net = network.Spikingformer(size, functools.partial(NEURONS[neuron], size.timesteps))
    net = net.train().to(memory_format=torch.channels_last)
    adamw = torch.optim.AdamW(net.parameters(), lr=1e-4)
    images = torch.randn(int(batch), size.channels, 32, 32).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(size.classes, (int(batch),))

    def answer(step):
        start = time.perf_counter()
        for _ in range(step):
            adamw.zero_grad(set_to_none=True)
            F.cross_entropy(net(images), labels).backward()
            adamw.step()
        seconds = time.perf_counter() - start
        peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"images": step * int(batch), "seconds": seconds, "peak_memory_bytes": peak}

    lines.serve({"torch": torch.__version__, "threads": torch.get_num_threads()}, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
