"""The two kinds of measured processes: ours, started for each measurement, and a peer, which stays and answers."""
import json
import os
import pathlib
import resource
import subprocess
import time

import quiet

PEERS = pathlib.Path(__file__).parent / "peers"


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, **options):
    """Runs it to its end. Returns what it printed; a failure ends the comparison with its words."""
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n  failed with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Peer:
    """A process that answers a line of JSON with a line of JSON. `about` is the first thing it said."""

    def __init__(self, command, environment):
        self.command = list(map(str, command))
        self.process = subprocess.Popen(self.command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.about = self.hear()

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self.command)}\n  ended: {self.process.stderr.read().strip()}")
        return json.loads(line)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def cpu_seconds(self):
        return quiet.process_seconds(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close(), self.process.stderr.close()


class Bispike:
    """Our program."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def bench(self, *flags):
        """What one `bispike bench` tells."""
        told = self.folder / "ours.json"
        run([self.program, "bench", "--quiet", "--json", told, *flags])
        return json.loads(told.read_text())

    def __call__(self, verb, *arguments):
        return run([self.program, verb, *arguments])

    def seconds(self, verb, *arguments):
        """From the start of the process to its end."""
        start = time.perf_counter()
        self(verb, *arguments)
        return time.perf_counter() - start


def clean_environment(threads):
    """Without settings of OpenBLAS that would slow a peer down, and with its number of threads."""
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment["OMP_NUM_THREADS"] = str(threads)
    if "avx512dq" in pathlib.Path("/proc/cpuinfo").read_text():
        environment["ATEN_CPU_CAPABILITY"] = "avx512"  # PyTorch's own choice is AVX2
    return environment


def fastest_blas(threads):
    """The environment in which OpenBLAS multiplies fastest, and the speed of each that runs here [GFLOP/s].

    An OpenBLAS older than the processor takes it for one without AVX: 0.3.21 does so with Emerald Rapids, at a fifth of
    the speed.
    """
    base, speeds = clean_environment(threads), {}
    for core in ("", "SKYLAKEX", "COOPERLAKE", "SAPPHIRERAPIDS", "ZEN", "HASWELL"):
        environment = {**base, "OPENBLAS_CORETYPE": core} if core else base
        done = subprocess.run(["/usr/bin/python3", PEERS / "gemm_speed.py"], env=environment, capture_output=True,
                              text=True)
        if done.returncode == 0:
            speeds[core or "unset"] = float(done.stdout)
    if not speeds:
        raise SystemExit("PyTorch does not run here: is python3-torch installed?")
    best = max(speeds, key=speeds.get)
    return (base if best == "unset" else {**base, "OPENBLAS_CORETYPE": best}), speeds
