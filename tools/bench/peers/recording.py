"""What a network does on a few images, as `bispike check` reads it."""
import json
import pathlib
import struct

import h5py
import torch


def neuron_outputs(network, images):
    """Spikes [T, B, C, ...] by the authors' names, in the order of the calls, and the logits [B, classes]."""
    seen = {}
    is_neuron = lambda name: name.endswith("_lif")

    def hook(name):
        def keep(_module, _inputs, spikes):
            spikes = spikes.unflatten(0, (network.timesteps, -1))
            seen[name] = (spikes.transpose(-1, -2) if spikes.dim() == 4 else spikes).to(torch.int8)
        return keep

    handles = [m.register_forward_hook(hook(name)) for name, m in network.named_modules() if is_neuron(name)]
    logits = network(images)
    for handle in handles:
        handle.remove()
    return seen, logits


def write_images(path, images):
    """safetensors with one array, `images`."""
    values = images.contiguous().numpy().tobytes()
    about = {"dtype": "F32", "shape": list(images.shape), "data_offsets": [0, len(values)]}
    header = json.dumps({"images": about}).encode()
    header += b" " * (-len(header) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(header)) + header + values)


def record(network, images, folder):
    """Writes FOLDER/expected.h5 and the images it is of. Returns the firing rates of the first image, by layer."""
    seen, logits = neuron_outputs(network, images)
    write_images(f"{folder}/check_images.safetensors", images)
    with h5py.File(f"{folder}/expected.h5", "w") as file:
        for name, spikes in seen.items():
            file.create_dataset(f"spikes/{name}", data=spikes.contiguous().numpy())
        file.create_dataset("logits", data=logits.contiguous().numpy())
    return {name: spikes[:, 0].float().mean().item() for name, spikes in seen.items()}
