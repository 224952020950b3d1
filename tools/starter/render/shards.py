# SPDX-License-Identifier: Apache-2.0
"""One record per picture, and shards of records on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from .caption import attributes, caption, flip
from .compose import draw
from .scene import sample


def record(seed: int, index: int, picture: bool = True) -> tuple[np.ndarray | None, dict]:
    """Picture [128, 128, 3] and its line; depends on seed and index alone."""
    words = np.random.default_rng([seed, index, 1])
    rng = np.random.default_rng([seed, index])
    s = sample(rng)
    text, said = caption(s, words)
    others = [caption(s, np.random.default_rng([seed, index, telling]))[0] for telling in (2, 3, 4)]
    line = {"caption": text, "caption_flipped": flip(text), "others": others, "attributes": attributes(s),
            "mentioned": said}
    return (draw(s, rng) if picture else None), line


def write_shard(out: Path, seed: int, shard: int, first: int, n: int) -> int:
    """Render pictures first .. first + n - 1 into one shard; returns n."""
    npz, jsonl = out / f"shard_{shard:04d}.npz", out / f"shard_{shard:04d}.jsonl"
    if npz.exists() and jsonl.exists():
        return 0
    images = np.empty((n, 128, 128, 3), np.uint8)
    lines = []
    for k in range(n):
        images[k], line = record(seed, first + k)
        lines.append(json.dumps(line))
    aside = out / f".shard_{shard:04d}.part"
    aside.write_text("\n".join(lines) + "\n")
    os.replace(aside, jsonl)
    with open(aside, "wb") as f:
        np.savez(f, images=images)
    os.replace(aside, npz)
    return n
