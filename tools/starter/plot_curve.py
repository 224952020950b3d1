# SPDX-License-Identifier: Apache-2.0
"""Draw a trainer's log.csv (loss, on a logarithmic scale, against pictures seen) as a small PNG."""

from __future__ import annotations

import argparse
import csv
import math
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
        rows = [(float(r["pictures"]), math.log(float(r[args.column]))) for r in csv.DictReader(file)]
    rows.sort()
    smooth, value = [], rows[0][1]
    for seen, raw in rows:
        value = 0.7 * value + 0.3 * raw
        smooth.append((seen, value))
    low, high = min(v for _, v in rows) - 0.05, max(v for _, v in rows)
    last = rows[-1][0]

    def place(seen: float, loss: float) -> tuple[float, float]:
        across = EDGE + (WIDE - 2 * EDGE) * seen / last
        return across, HIGH - EDGE - (HIGH - 2 * EDGE) * (loss - low) / (high - low)

    page = Image.new("RGB", (WIDE, HIGH), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((EDGE, EDGE, WIDE - EDGE, HIGH - EDGE), outline="#999999")
    for seen, raw in rows:
        across, down = place(seen, raw)
        pen.ellipse((across - 1, down - 1, across + 1, down + 1), fill="#c9a27a")
    pen.line([place(*point) for point in smooth], fill="#c0561b", width=2)
    for part in range(5):
        loss, seen = low + (high - low) * part / 4, last * part / 4
        pen.text((8, place(0, loss)[1] - 6), f"{math.exp(loss):.3f}", fill="black")
        pen.text((place(seen, low)[0] - 12, HIGH - EDGE + 8), f"{seen:.0f}", fill="black")
    pen.text((EDGE, EDGE - 18), f"{args.column} by pictures seen", fill="black")
    page.quantize(32).save(args.out, optimize=True)


if __name__ == "__main__":
    main()
