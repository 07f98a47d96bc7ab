"""Whether the machine did anything else while something was measured, from /proc (Linux)."""
import os
import time

TICK = os.sysconf("SC_CLK_TCK")


def machine_seconds():
    """CPU seconds that all processors were not idle; time that the host took away (steal) counts."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICK


def process_seconds(pid):
    """CPU seconds of a process with its threads."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Others:
    """With `Others(cpu_seconds) as others`: `others.share` is then the CPU time of everything else, over the time that
    passed. `cpu_seconds` tells the CPU time of what is measured."""

    def __init__(self, cpu_seconds):
        self.cpu_seconds = cpu_seconds

    def taken(self):
        return machine_seconds() - self.cpu_seconds() - time.process_time()

    def __enter__(self):
        self.start, self.before = time.monotonic(), self.taken()
        return self

    def __exit__(self, *_):
        passed = max(time.monotonic() - self.start, 1 / TICK)
        self.share = max(0.0, self.taken() - self.before) / passed


def wait_until_quiet(limit, patience):
    """Returns once a second passed in which others took less than `limit` of a core, or after `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with Others(lambda: 0.0) as others:
            time.sleep(1)
        if others.share <= limit:
            return
