"""Ours and theirs, measured in turns while the machine does nothing else."""
import quiet
from spread import ratios, spread


def quietly(measure, cpu_seconds, limits):
    """Measures until nothing else ran meanwhile. After the last try, the quietest. Returns the figure and the share."""
    tries = []
    for _ in range(limits.tries):
        with quiet.Others(cpu_seconds) as others:
            figure = measure()
        tries.append((others.share, figure))
        if others.share <= limits.others:
            break
        quiet.wait_until_quiet(limits.others, limits.patience)
    share, figure = min(tries, key=lambda each: each[0])
    return figure, share


def alternate(ours, theirs, limits):
    """`ours` and each of `theirs` (name to measurement) are pairs (measure, cpu_seconds); figures are images a second.

    A round is ours and then each of theirs. Returns, by name, the spreads of ours, theirs and ours / theirs, and in how
    many rounds something else ran in all tries.
    """
    rounds = []
    for _ in range(limits.repeats):
        rounds.append({name: quietly(*measured, limits) for name, measured in [("ours", ours), *theirs.items()]})
    told = {}
    for name in theirs:
        a, b = ([each[key][0] for each in rounds] for key in ("ours", name))
        disturbed = sum(max(each["ours"][1], each[name][1]) > limits.others for each in rounds)
        told[name] = {"ours": spread(a), "theirs": spread(b), "ratio": ratios(a, b), "disturbed": disturbed,
                      "pairs": list(zip(a, b))}
    return told
