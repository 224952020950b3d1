#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write captioned landscape pictures as shards of 128 x 128 RGB images."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import cv2

from render.shards import write_shard


def main() -> None:
    """Render --count pictures; the outcome depends on --seed alone."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--count", type=int, default=24000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--workers", type=int, default=2)
    ap.add_argument("--shard-size", type=int, default=1024)
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    begun, done = time.time(), 0
    with ProcessPoolExecutor(args.workers, initializer=cv2.setNumThreads, initargs=(0,)) as pool:
        jobs = [pool.submit(write_shard, args.out, args.seed, i, first, min(args.shard_size, args.count - first))
                for i, first in enumerate(range(0, args.count, args.shard_size))]
        for job in as_completed(jobs):
            done += job.result()
            print(f"{done} pictures, {done / (time.time() - begun):.1f} per second", flush=True)


if __name__ == "__main__":
    main()
