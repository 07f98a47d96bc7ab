"""That both sides compute the same, before anything is timed."""
IMAGES = 4  # whose every spike is compared
LOGIT_TOLERANCE = 1e-3


def compare_rates(ours, theirs):
    """The layers in the order of their calls: `layers` of `bispike bench`, and rates by name. Largest difference."""
    if len(ours) != len(theirs):
        raise SystemExit(f"{len(ours)} layers of neurons here, {len(theirs)} in PyTorch")
    return [{"layer": layer["name"], "ours": layer["rate"], "theirs": rate}
            for layer, rate in zip(ours, theirs.values())]


def compare_logits(expected, found):
    """Largest difference, and in how many images the best class is the same."""
    best = lambda scores: scores.index(max(scores))
    return {"images": len(expected), "same_best": sum(best(a) == best(b) for a, b in zip(expected, found)),
            "difference": max(abs(x - y) for a, b in zip(expected, found) for x, y in zip(a, b))}


def check_spikes(bispike, peer, told):
    """`bispike check` of what PyTorch does on the first images, layer by layer. It fails where spikes differ by more
    than roundings, and with it the comparison."""
    rates = compare_rates(told["layers"], peer.ask(record=IMAGES)["rates"])
    folder = bispike.folder
    words = bispike("check", folder / "model.h5", "--images", folder / "check_images.safetensors",
                    "--against", folder / "expected.h5")
    largest = max(abs(r["ours"] - r["theirs"]) for r in rates)
    if largest > 1e-3:
        raise SystemExit(f"firing rates differ by {largest:.2g}")
    return {"check": words.splitlines(), "rates": rates, "largest_difference_of_rates": largest}


def check_logits(torch_peer, peer, batch):
    """Scores of another peer beside PyTorch's."""
    told = compare_logits(torch_peer.ask(logits=batch)["logits"], peer.ask(logits=batch)["logits"])
    if told["difference"] > LOGIT_TOLERANCE and told["same_best"] < told["images"]:
        raise SystemExit(f"scores differ by {told['difference']:.2g}, {told['same_best']} of {told['images']} images "
                         "have the same best class")
    return told
