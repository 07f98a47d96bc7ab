#!/usr/bin/env python3
"""What tracing 16 images at all layers adds to a simulation: runs with and without a trace, in turns.

    tests/bench/trace_cost.py PROGRAM MODEL [--images 16,10000] [--rounds 7] [--threads 2] [--what WORDS]

For each number of simulated images: the median of the rounds' ratios of the processes' wall-clock time and of their
processor time (user and system), with trace to without, each with its smallest and largest.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time


def run(command):
    """Seconds of wall clock and of processor that a process takes; it must succeed."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime


def compare(arguments, images, folder):
    """Pairs of (wall, processor) ratios, a round each."""
    plain = [arguments.program, "simulate", arguments.model, "--quiet", "--simulate.images", str(images), "--threads",
             str(arguments.threads)]
    traced = [*plain, "--trace", os.path.join(folder, "trace.h5"), "--trace-images", "16"]
    if arguments.what:
        traced += ["--trace-what", arguments.what]
    run(plain), run(traced)  # files and pages are there from now on
    ratios = []
    for turn in range(arguments.rounds):
        first, second = (plain, traced) if turn % 2 == 0 else (traced, plain)
        seconds = {id(command): run(command) for command in [first, second]}
        with_trace, without = seconds[id(traced)], seconds[id(plain)]
        ratios.append([with_trace[0] / without[0], with_trace[1] / without[1]])
    size = os.path.getsize(os.path.join(folder, "trace.h5"))
    return ratios, size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--images", default="16,10000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--what", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for images in map(int, arguments.images.split(",")):
            ratios, size = compare(arguments, images, folder)
            for name, column in zip(["wall", "processor"], zip(*ratios)):
                print(f"{images} images, {name}: {statistics.median(column):.3f} "
                      f"({min(column):.3f} to {max(column):.3f}), trace of {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
