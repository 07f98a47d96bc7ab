"""Prints how fast a matrix product of a Spikingformer's shape runs here [GFLOP/s], best of a few, one thread."""
import time

import torch

torch.set_num_threads(1)
a, b = torch.randn(2048, 384), torch.randn(384, 1536)


def seconds():
    start = time.process_time()
    for _ in range(10):
        a @ b
    return time.process_time() - start


print(10 * 2 * 2048 * 384 * 1536 / min(seconds() for _ in range(3)) / 1e9)
