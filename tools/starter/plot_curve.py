# SPDX-License-Identifier: Apache-2.0
"""Draw a trainer's log.csv (loss against pictures seen) as a small PNG."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from PIL import Image, ImageDraw

WIDE, HIGH, EDGE = 720, 400, 48


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--column", default="loss")
    args = parser.parse_args()
    with args.log.open(encoding="utf-8") as file:
        rows = [(float(r["step"]), float(r[args.column])) for r in csv.DictReader(file)]
    rows.sort()
    smooth, value = [], rows[0][1]
    for step, raw in rows:
        value = 0.8 * value + 0.2 * raw
        smooth.append((step, value))
    low, high = min(v for _, v in smooth) * 0.95, max(v for _, v in rows)
    last = rows[-1][0]

    def place(step: float, loss: float) -> tuple[float, float]:
        across = EDGE + (WIDE - 2 * EDGE) * step / last
        return across, HIGH - EDGE - (HIGH - 2 * EDGE) * (loss - low) / (high - low)

    page = Image.new("RGB", (WIDE, HIGH), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((EDGE, EDGE, WIDE - EDGE, HIGH - EDGE), outline="#999999")
    for step, raw in rows:
        across, down = place(step, raw)
        pen.ellipse((across - 1, down - 1, across + 1, down + 1), fill="#c9a27a")
    pen.line([place(*point) for point in smooth], fill="#c0561b", width=2)
    for part in range(5):
        loss, step = low + (high - low) * part / 4, last * part / 4
        pen.text((8, place(0, loss)[1] - 6), f"{loss:.2f}", fill="black")
        pen.text((place(step, low)[0] - 12, HIGH - EDGE + 8), f"{step:.0f}", fill="black")
    pen.text((EDGE, EDGE - 18), f"{args.column} by step", fill="black")
    page.quantize(32).save(args.out, optimize=True)


if __name__ == "__main__":
    main()
