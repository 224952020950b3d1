#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write held-out prompts with what each states, for scoring a trained model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from render.shards import record


def main() -> None:
    """Draw scenes from another seed and keep distinct prompts that state at least two things."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--out", type=Path, default=Path(__file__).with_name("heldout_prompts.jsonl"))
    ap.add_argument("--count", type=int, default=200)
    ap.add_argument("--seed", type=int, default=777)
    args = ap.parse_args()
    lines: dict[str, str] = {}
    index = 0
    while len(lines) < args.count:
        _, line = record(args.seed, index, picture=False)
        index += 1
        if len(line["mentioned"]) >= 2:
            lines.setdefault(line["caption"], json.dumps({"prompt": line["caption"], "mentioned": line["mentioned"]}))
    args.out.write_text("\n".join(lines.values()) + "\n")


if __name__ == "__main__":
    main()
