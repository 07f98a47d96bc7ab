"""What is measured, a function each. They return rows for the table, with everything that was seen in `detail`."""
import contextlib
import random

import equality
import pairs
import processes
from spread import spread, straight_line

ALL = ("float32", "quantised", "dense", "threads", "sweep", "start", "train")
SPIKING = ("torch", "spikingjelly")  # peers that the best of is taken
SWEEP = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
TRAINED = ("spikingformer-2-256", "spikingformer-4-384")


def row(measure, against, ratio, target=None, **others):
    """`ratio` is a spread; `target` what its median is to reach, negative: not to pass."""
    met = None if target is None else ratio["median"] >= target if target > 0 else ratio["median"] <= -target
    return {"measure": measure, "against": against, "ratio": ratio, "target": target, "met": met, **others}


def saved_flags(bispike, o):
    """The network that make_network() left, which needs no calibration."""
    return [bispike.folder / "model.h5", "--images", o.images]


def network_flags(o, density=None):
    return ["--network", o.network, "--timesteps", o.timesteps, "--density", density or o.density,
            "--images", o.images]


def ours(bispike, flags, o, threads=None):
    """A measurement of ours: the median of a few repeats in a process of its own, after one to warm up."""
    command = [*flags, "--threads", threads or o.threads, "--repeats", 3]
    return lambda: bispike.bench(*command)["images_per_second"], processes.children_seconds


def theirs(peer, batch):
    def measure():
        told = peer.ask(batch=batch)
        return told["images"] / told["seconds"]
    return measure, peer.cpu_seconds


def make_network(bispike, o, density):
    """The network under our names and the authors'; what `bispike bench` tells of it."""
    told = bispike.bench(*network_flags(o, density), "--threads", o.threads, "--repeats", 1,
                         "--output", bispike.folder)
    bispike("export", bispike.folder / "model.h5", "-o", bispike.folder / "weights.safetensors")
    return told


def torch_peer(bispike, o, neuron):
    return processes.Peer(["/usr/bin/python3", "-B", processes.PEERS / "torch_peer.py", o.network, bispike.folder,
                           o.threads, neuron, o.timesteps], o.environment)


def onnx_peer(bispike, o, kind):
    processes.run(["/usr/bin/python3", "-B", processes.PEERS / "export_onnx.py", o.network, bispike.folder, kind,
                   o.timesteps, *o.batches], env=o.environment)
    return processes.Peer(["node", processes.PEERS / "onnx_peer.js", bispike.folder, kind, o.threads, *o.batches],
                          o.environment)


def open_peers(bispike, o, names, stack):
    make = {"torch": lambda: torch_peer(bispike, o, "torch"),
            "spikingjelly": lambda: torch_peer(bispike, o, "spikingjelly"),
            "onnx": lambda: onnx_peer(bispike, o, "spikes"), "ann": lambda: onnx_peer(bispike, o, "ann")}
    return {name: stack.enter_context(make[name]()) for name in names}


def check_equal(bispike, reference, peers, told, o):
    """What was compared with what. The artificial twin computes something else, so it has nothing to be equal to."""
    checked = {"torch": equality.check_spikes(bispike, reference, told)}
    for name, peer in peers.items():
        if name not in ("torch", "ann"):
            checked[name] = equality.check_logits(reference, peer, max(o.batches))
    return checked


def best_batches(measured):
    """Of each group of peers the (name, batch) that was fastest."""
    groups = {"ann": [], "onnx": [], "spiking": []}
    for name, batch in measured:
        groups["spiking" if name in SPIKING else name].append((name, batch))
    return {max(keys, key=lambda k: measured[k]["theirs"]["median"]) for keys in groups.values() if keys}


def beside_peers(bispike, o, measure, names, density, targets, our_flags=()):
    """Ours beside peers at each batch size, once all are known to compute the same."""
    told = make_network(bispike, o, density)
    with contextlib.ExitStack() as stack:
        peers = open_peers(bispike, o, names, stack)
        reference = peers.get("torch") or stack.enter_context(torch_peer(bispike, o, "torch"))
        checked = check_equal(bispike, reference, peers, told, o)
        timed = {(name, batch): theirs(peer, batch) for name, peer in peers.items() for batch in o.batches}
        for measure_it, _ in timed.values():
            measure_it()  # warms up
        flags = [*saved_flags(bispike, o), *our_flags]
        measured = pairs.alternate(ours(bispike, flags, o), timed, o)
        best = best_batches(measured)
        about = {name: peer.about for name, peer in peers.items()}
    rows = [row(measure, name, m["ratio"], targets[name] if (name, batch) in best else None, batch=batch,
                ours=m["ours"], theirs=m["theirs"], disturbed=m["disturbed"], detail={"pairs": m["pairs"]})
            for (name, batch), m in measured.items()]
    return rows, {"network": told, "equal": checked, "peers": about}


def measure_float32(bispike, o):
    targets = {"torch": 8, "spikingjelly": 8, "onnx": 6, "ann": 1}
    return beside_peers(bispike, o, "float32", o.peers, o.density, targets)


def spiking_peers(o):
    return [name for name in SPIKING if name in o.peers]


def measure_quantised(bispike, o):
    targets = dict.fromkeys(SPIKING, 14)
    return beside_peers(bispike, o, o.weights, spiking_peers(o), o.density, targets,
                        ["--simulate.weights", o.weights])


def measure_dense(bispike, o):
    return beside_peers(bispike, o, "20 % density", spiking_peers(o), 0.2, dict.fromkeys(SPIKING, 4))


def measure_threads(bispike, o):
    make_network(bispike, o, o.density)
    flags = saved_flags(bispike, o)
    told = pairs.alternate(ours(bispike, flags, o, 2), {"one": ours(bispike, flags, o, 1)}, o)["one"]
    return [row("2 threads", "1 thread", told["ratio"], 1.85, ours=told["ours"], theirs=told["theirs"],
                disturbed=told["disturbed"])], {}


def measure_sweep(bispike, o):
    """Seconds an image against spikes an image, medians over the repeats, densities in turn."""
    seen = {density: [] for density in SWEEP}
    for density in seen:
        make_network(bispike, o, density)
        (bispike.folder / "model.h5").rename(bispike.folder / f"model-{density}.h5")
    for _ in range(o.repeats):
        for density, told in seen.items():
            flags = [bispike.folder / f"model-{density}.h5", "--images", o.images, "--threads", o.threads, "--repeats", 3]
            told.append(pairs.quietly(lambda: bispike.bench(*flags), processes.children_seconds, o))
    spikes = [sum(l["rate"] * l["slots"] for l in told[0][0]["layers"]) for told in seen.values()]
    seconds = [spread([1 / each["images_per_second"] for each, _ in told])["median"] for told in seen.values()]
    line = straight_line(spikes, seconds)
    points = [{"density": told[0][0]["density"], "spikes": n, "seconds": s}
              for told, n, s in zip(seen.values(), spikes, seconds)]
    disturbed = sum(share > o.others for told in seen.values() for _, share in told)
    return [row("time against spikes", "a line: R^2", spread([line["r_squared"]]), 0.98, disturbed=disturbed)], {
        "line": line, "points": points}


def measure_start(bispike, o):
    """The whole process that simulates one image, from its start to its end [s]."""
    make_network(bispike, o, o.density)
    noise = bytes([0]) + random.Random(1).randbytes(3 * 32 * 32)
    (bispike.folder / "test_batch.bin").write_bytes(noise)
    command = ["simulate", bispike.folder / "model.h5", "--data.set", "cifar10", "--data.path", bispike.folder,
               "--threads", o.threads, "--quiet"]
    bispike(*command)  # the file is in memory from here on
    told = [pairs.quietly(lambda: bispike.seconds(*command), processes.children_seconds, o) for _ in range(o.repeats)]
    seconds = spread([figure for figure, _ in told])
    return [row("start to first image", "seconds", seconds, -0.3,
                disturbed=sum(share > o.others for _, share in told))], {}


def training_peer(o, network, neuron):
    return processes.Peer(["/usr/bin/python3", "-B", processes.PEERS / "training_peer.py", network, o.threads, neuron,
                           o.training_batch], o.environment)


def measure_training_of(bispike, o, network, name):
    """A training step beside one peer's, and the most memory that each process held."""
    ours_peak, theirs_peak = [], []
    command = ["--train", "--network", network, "--batch", o.training_batch, "--threads", o.threads, "--repeats", 1]

    def our_step():
        told = bispike.bench(*command)
        ours_peak.append(told["peak_memory_bytes"])
        return told["training_images_per_second"]

    with training_peer(o, network, name) as peer:
        def their_step():
            told = peer.ask(step=1)
            theirs_peak.append(told["peak_memory_bytes"])
            return told["images"] / told["seconds"]
        their_step()  # warms up
        told = pairs.alternate((our_step, processes.children_seconds), {name: (their_step, peer.cpu_seconds)}, o)[name]
    memory = spread([max(ours_peak) / max(theirs_peak)])
    step = row(f"step, {network}", name, told["ratio"], 4, batch=o.training_batch, ours=told["ours"],
               theirs=told["theirs"], disturbed=told["disturbed"], detail={"pairs": told["pairs"]})
    return [step, row(f"memory, {network}", name, memory, -0.25, batch=o.training_batch,
                      ours=spread([max(ours_peak)]), theirs=spread([max(theirs_peak)]))]


def measure_train(bispike, o):
    return [each for network in TRAINED for name in spiking_peers(o)
            for each in measure_training_of(bispike, o, network, name)], {}
