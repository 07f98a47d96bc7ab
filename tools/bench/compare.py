"""Runs the measures that are asked for, prints a table and writes everything that was seen. Started by `compare`."""
import argparse
import importlib.util
import json
import pathlib
import shlex
import sys
import time

import machine
import measures
import processes

PEERS = ("torch", "spikingjelly", "onnx", "ann")


def words(choices):
    def parse(text):
        for word in text.split(","):
            if word not in choices:
                raise argparse.ArgumentTypeError(f"{word}: choose from {', '.join(choices)}")
        return text.split(",")
    return parse


def parse():
    p = argparse.ArgumentParser(prog="bash tools/bench/compare", description=__doc__)
    p.add_argument("--measures", type=words(measures.ALL), default=list(measures.ALL), help=",".join(measures.ALL))
    p.add_argument("--peers", type=words(PEERS), help=",".join(PEERS) + "; all that are there")
    p.add_argument("--program", type=pathlib.Path, default=pathlib.Path("build/release/bispike"),
                   help="built first unless it is named here")
    p.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("build/bench/work"), help="for what peers read")
    p.add_argument("--json", type=pathlib.Path, help="everything that was seen [FOLDER/compare.json]")
    p.add_argument("--network", default="spikingformer-4-384")
    p.add_argument("--timesteps", type=int, default=4)
    p.add_argument("--density", type=float, default=0.066, help="of the spikes that synapses see")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--images", type=int, default=32, help="of one repeat; a multiple of each batch")
    p.add_argument("--batches", type=lambda text: [int(b) for b in text.split(",")], default=[1, 8, 32],
                   help="of the peers [1,8,32]")
    p.add_argument("--weights", choices=("int16", "int8"), default="int16", help="of the measure `quantised`")
    p.add_argument("--training-batch", type=int, default=32)
    p.add_argument("--repeats", type=int, default=7)
    p.add_argument("--others", type=float, default=0.05,
                   help="share of a core that other processes may take during a repeat that counts [0.05]")
    p.add_argument("--tries", type=int, default=5, help="of a repeat, before the quietest of them is taken")
    p.add_argument("--patience", type=float, default=30, help="seconds to wait for the machine between tries")
    o = p.parse_args()
    if any(o.images % batch for batch in o.batches):
        p.error(f"--images {o.images}: not a multiple of each of --batches {o.batches}")
    if o.peers is None:
        o.peers = [name for name in PEERS if name != "spikingjelly" or importlib.util.find_spec(name)]
    o.json = o.json or o.folder / "compare.json"
    return o


def figure(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def cells(r):
    """A row of the table, as text."""
    low, middle, high = (figure(r["ratio"][key]) for key in ("min", "median", "max"))
    target = "" if r["target"] is None else f"{'at least' if r['target'] > 0 else 'at most'} {abs(r['target']):g}"
    return [r["measure"], r["against"], str(r.get("batch", "")),
            *(figure(r[side]["median"]) if side in r else "" for side in ("ours", "theirs")),
            middle, f"{low} to {high}", target, {None: "", True: "met", False: "missed"}[r["met"]],
            str(r.get("disturbed") or "")]


def table(rows):
    head = ["measure", "against", "batch", "ours", "theirs", "ratio", "spread", "target", "", "disturbed"]
    lines = [head, *map(cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines)


def main():
    o = parse()
    o.folder.mkdir(parents=True, exist_ok=True)
    o.environment, speeds = processes.fastest_blas(o.threads)
    report = {"command": shlex.join(["bash", "tools/bench/compare", *sys.argv[1:]]),
              "date": time.strftime("%Y-%m-%d %H:%M:%S %z"), "machine": machine.describe_machine(o.program),
              "gemm_gflops_by_openblas_core": speeds, "measures": {}, "rows": []}
    print(json.dumps(report["machine"], indent=1), "OpenBLAS [GFLOP/s]: " + str(speeds), sep="\n", flush=True)
    bispike = processes.Bispike(o.program.resolve(), o.folder.resolve())
    for name in o.measures:
        print(f"==> {name}", flush=True)
        try:
            rows, seen = getattr(measures, f"measure_{name}")(bispike, o)
        except SystemExit as stopped:  # one measure that this program or machine cannot do leaves the others
            print(f"not measured: {stopped}", flush=True)
            report["measures"][name] = {"not_measured": str(stopped)}
            continue
        report["measures"][name] = seen
        report["rows"] += rows
        print(table(rows), flush=True)
        for line in seen.get("equal", {}).get("torch", {}).get("check", []):
            print("  " + line, flush=True)
        o.json.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\n{table(report['rows'])}\nours and theirs in images a second; everything is in {o.json}")
    missing = [name for name, seen in report["measures"].items() if "not_measured" in seen]
    o.json.write_text(json.dumps(report, indent=1) + "\n")
    sys.exit(f"not measured: {', '.join(missing)}" if missing else 0)


if __name__ == "__main__":
    main()
