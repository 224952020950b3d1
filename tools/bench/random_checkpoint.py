# SPDX-License-Identifier: Apache-2.0
"""A checkpoint of full size with random weights, for programs that run none without a file.

    python3 tools/bench/random_checkpoint.py sd15.single_file.json.gz sd15-random.safetensors

The first is a manifest, {"tensors": {name: [type, shape]}}. Weights are f16 with variance 1 / fan-in, scales of norms
are 1 and other vectors 0: values stay in range, and no product is faster for zeros in it. Needs numpy.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import struct
from pathlib import Path

import numpy as np


def values(name: str, shape: list[int], random: np.random.Generator) -> np.ndarray:
    """Of one tensor, flat."""
    count = math.prod(shape)
    if len(shape) < 2:
        return np.full(count, 1 if name.endswith("weight") else 0, np.float16)
    fan_in = math.prod(shape[1:])
    return (random.standard_normal(count, np.float32) / math.sqrt(fan_in)).astype(np.float16)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    opened = gzip.open if args.manifest.suffix == ".gz" else open
    with opened(args.manifest, "rt", encoding="utf-8") as file:
        tensors = json.load(file)["tensors"]
    header, at = {}, 0
    for name, tensor in tensors.items():
        end = at + 2 * math.prod(tensor[1])
        header[name] = {"dtype": "F16", "shape": tensor[1], "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(1)
    with open(args.out, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, tensor in tensors.items():
            out.write(values(name, tensor[1], random).tobytes())
    print(f"{args.out}: {len(tensors)} tensors, {at / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
