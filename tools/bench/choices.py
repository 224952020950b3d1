# SPDX-License-Identifier: Apache-2.0
"""Measure what the engine chose by rule and not by measuring: each choice with and without, as Markdown.

    python3 tools/bench/choices.py build/release/bin/igneous --keep results/

Ratios are speeds, with the choice to without it: below 1 the rule is wrong on this device. Where the rules lie:
compute/kernels/device_defaults.cpp, parts.h, choice.h and conv/conv2d.cpp.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Choice:
    """What is chosen, on which cases it shows, and what a run without it takes."""

    name: str
    patterns: list[str]
    without: list[str] = field(default_factory=list)
    kernels: tuple[str, str] | None = None      # IGNEOUS_KERNELS with and without


CHOICES = [
    Choice("matrices of a workgroup (coopmat2)", ["linear", "conv2d", "attention", "e2e.step sd15"],
           kernels=("coopmat2", "coopmat")),
    Choice("cooperative matrices", ["linear", "conv2d", "attention", "e2e.step starter"], kernels=("coopmat", "scalar")),
    Choice("pixels in boxes", ["conv2d.3x3", "e2e.step sd15"],
           ["conv/conv2d_boxes_coopmat", "conv/conv2d_boxes_tiles"]),
    Choice("Winograd's algorithm", ["conv2d.3x3", "e2e.step starter"], ["conv/winograd_input"]),
    Choice("norms while loading", ["e2e.vae_decode"], ["norm/group_norm_table"]),
    Choice("norms' statistics in boxes", ["e2e.vae_decode", "e2e.step sd15"], ["norm/box_statistics"]),
    Choice("long sums split", ["linear", "conv2d", "e2e.step sd15"], ["matmul/product_sum"]),
    Choice("keys split", ["attention", "e2e.vae_decode"], ["attention/attention_join"]),
]


def run(igneous: str, choice: Choice, chosen: bool, seconds: float, keep: Path) -> dict[str, dict]:
    """Results by "name shape", of the kernels that the device chooses."""
    environment = dict(os.environ)
    if choice.kernels:
        environment["IGNEOUS_KERNELS"] = choice.kernels[0 if chosen else 1]
    results = {}
    for pattern in choice.patterns:
        command = [igneous, "bench", pattern, "--json", "--seconds", str(seconds)]
        for kernel in choice.without if not chosen else []:
            command += ["--without", kernel]
        print("running", " ".join(command), file=sys.stderr)
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        with (keep / f"{choice.name}, {'with' if chosen else 'without'}.jsonl").open("a", encoding="utf-8") as kept:
            kept.write(done.stdout)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
        for line in filter(lambda text: text.startswith("{"), done.stdout.splitlines()):
            result = json.loads(line)
            if result.get("chosen") and not result["name"].startswith("peak."):
                results[f"{result['name']} {result['shape']}"] = result
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("igneous")
    parser.add_argument("--only", default="", help="choices that have this in their name")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for what was printed")
    options = parser.parse_args()
    keep = options.keep or Path(tempfile.mkdtemp())
    keep.mkdir(parents=True, exist_ok=True)
    print("| choice | case | with, ms | without, ms | with / without |")
    print("|---|---|---:|---:|---:|")
    for choice in (c for c in CHOICES if options.only in c.name):
        chosen, other = (run(options.igneous, choice, way, options.seconds, keep) for way in (True, False))
        for case, result in chosen.items():
            if case in other and other[case]["variant"] != result["variant"]:
                ratio = other[case]["p10"] / result["p10"]
                print(f"| {choice.name} | `{case}` | {result['p10']:.4g} | {other[case]['p10']:.4g} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
