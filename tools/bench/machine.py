"""What the figures were measured on."""
import os
import pathlib
import platform
import subprocess

FLAGS = ("avx2", "avx512f", "avx512bw", "avx512_vnni", "amx_tile", "asimd", "sve")


def cpu_field(name):
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.split(":")[0].strip() == name:
            return line.split(":", 1)[1].strip()
    return ""


def describe_machine(program):
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    flags = set((cpu_field("flags") or cpu_field("Features")).split())
    return {"processor": cpu_field("model name") or platform.machine(), "model": cpu_field("model"),
            "cores": os.cpu_count(), "flags": [flag for flag in FLAGS if flag in flags],
            "kernel": platform.release(), "python": platform.python_version(), "program": version}
