# SPDX-License-Identifier: Apache-2.0
"""Draw what `igneous bench --json` printed as SVG bars: of each case, the share of what the device can do at most.

    python3 tools/bench/plot.py results.jsonl docs/images/performance.svg --title "lavapipe, 2 cores"

With --ratio OTHER.jsonl (of torch_bench.py, or of another day) the bars are speeds against that, and 1 is a line.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from xml.sax.saxutils import escape

LABEL, WIDE, ROW, TOP, EDGE = 330, 400, 20, 56, 70
BAR, INK, LINE = "#c0561b", "#333333", "#999999"


def read(path: Path, variant: str = "") -> dict[str, dict]:
    """Lines with a name by "name shape", the first of each: what the device chose."""
    rows: dict[str, dict] = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if "name" in line and line.get("chosen", True) and line.get("variant", "").startswith(variant):
            rows.setdefault(f"{line['name']} {line['shape']}", line)
    return rows


def bars(rows: list[tuple[str, float, str]], title: str, end: float, mark: float | None) -> str:
    """Rows of (label, value, text behind the bar); values from 0 to `end`; a line at `mark`."""
    high = TOP + ROW * len(rows) + 12
    width = LABEL + WIDE + EDGE
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{high}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{high}" fill="white"/>',
        f'<text x="12" y="24" font-size="15" fill="{INK}">{escape(title)}</text>',
    ]
    for number, (label, value, text) in enumerate(rows):
        y = TOP + ROW * number
        long = WIDE * min(value, end) / end
        out += [
            f'<text x="{LABEL - 8}" y="{y + 11}" text-anchor="end" fill="{INK}">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y}" width="{long:.1f}" height="{ROW - 6}" fill="{BAR}"/>',
            f'<text x="{LABEL + long + 5:.1f}" y="{y + 11}" fill="{INK}">{escape(text)}</text>',
        ]
    if mark is not None:
        x = f"{LABEL + WIDE * mark / end:.1f}"
        out.append(f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{high - 12}" stroke="{LINE}" stroke-dasharray="4 3"/>')
    return "\n".join([*out, "</svg>", ""])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--title", default="Share of the measured peak")
    parser.add_argument("--only", default="", help="cases whose name or shape has this")
    parser.add_argument("--ratio", type=Path, help="results to divide by ours")
    parser.add_argument("--time", choices=("ms", "p10"), default="ms", help="for --ratio: median, or the fastest tenth")
    parser.add_argument("--variant", default="", help="of --ratio: eager or compiled")
    args = parser.parse_args()
    ours = {
        name: row
        for name, row in read(args.results).items()
        if args.only in name and not name.startswith(("peak.", "dispatch."))
    }
    if args.ratio:
        theirs = read(args.ratio, args.variant)
        rows = [(name, theirs[name][args.time] / row[args.time]) for name, row in ours.items() if name in theirs]
        end = max([2.0, *(value for _, value in rows)])
        drawn = bars([(name, value, f"{value:.2f}") for name, value in rows], args.title, end, 1.0)
    else:
        drawn = bars(
            [(name, row["share"], f"{100 * row['share']:.0f} %") for name, row in ours.items() if row["share"] > 0],
            args.title, 1.0, 1.0,
        )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
