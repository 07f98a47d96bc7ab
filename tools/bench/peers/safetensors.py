"""Reading safetensors: a length, a JSON header, the values (https://github.com/huggingface/safetensors)."""
import json
import pathlib
import struct

import torch


def read_safetensors(path):
    """float32 tensors by name."""
    raw = bytearray(pathlib.Path(path).read_bytes())
    length, = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8:8 + length])
    header.pop("__metadata__", None)
    return {name: read_tensor(path, name, about, raw, 8 + length) for name, about in header.items()}


def read_tensor(path, name, about, raw, start):
    if about["dtype"] != "F32":
        raise SystemExit(f"{path}: {name} is {about['dtype']}; F32 is needed")
    first, last = about["data_offsets"]
    values = torch.frombuffer(raw, dtype=torch.float32, count=(last - first) // 4, offset=start + first)
    return values.reshape(about["shape"]).clone()
