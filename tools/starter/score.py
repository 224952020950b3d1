# SPDX-License-Identifier: Apache-2.0
"""Score the exported model: which asked attributes do its pictures show?

Every held-out prompt is drawn with the ordinary diffusers pipeline; the
classifier then answers each attribute the prompt mentions. The classifier's own
accuracy on rendered test pictures stands beside the score.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from classifier import Classifier, judge, load
from common import Corpus, read_jsonl, sheet, use
from model import quiet

Table = dict[str, list[int]]


def asked(mention: str) -> tuple[str, str]:
    """A mention such as count.pine=2 as (head, answer)."""
    head, _, answer = mention.partition("=")
    if head == "object":
        return f"object.{answer}", "yes"
    return ("sky_colour" if head == "sky" else head), answer


def kind(head: str) -> str:
    """The attribute kind a head belongs to."""
    return "sky" if head == "sky_colour" else head.split(".")[0]


def tally(model: Classifier, pictures: np.ndarray, mentions: list[list[str]]) -> Table:
    """Right and asked counts per attribute kind."""
    table: Table = defaultdict(lambda: [0, 0])
    known = model.heads.answers
    for answers, wanted in zip(judge(model, pictures), mentions):
        for mention in wanted:
            head, answer = asked(mention)
            if head not in known or answer not in known[head]:
                continue
            table[kind(head)][0] += answers[head] == answer
            table[kind(head)][1] += 1
    return table


def draw(folder: Path, prompts: list[str], steps: int, guidance: float, seed: int) -> np.ndarray:
    """Pictures of the prompts, 8 at a time, one fixed seed per prompt."""
    pipeline = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipeline.to(torch.get_default_device())
    pipeline.set_progress_bar_config(disable=True)
    pictures = []
    for start in range(0, len(prompts), 8):
        batch = prompts[start : start + 8]
        seeds = [torch.Generator("cpu").manual_seed(seed + start + i) for i in range(len(batch))]
        made = pipeline(
            batch, height=128, width=128, num_inference_steps=steps, guidance_scale=guidance, generator=seeds,
            output_type="np",
        )
        pictures.append((made.images * 255).round().astype(np.uint8))
    return np.concatenate(pictures)


def share(pair: list[int]) -> float:
    """Percent right."""
    return 100.0 * pair[0] / max(1, pair[1])


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--classifier", type=Path, required=True)
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    quiet()
    use(args.device)
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    model = load(args.classifier)
    lines = read_jsonl(args.prompts)[: args.count]
    prompts = [line.get("prompt") or line["caption"] for line in lines]
    pictures = draw(args.model, prompts, args.steps, args.guidance, args.seed)
    np.savez_compressed(args.out / "pictures.npz", images=pictures)
    Image.fromarray(sheet(pictures[:40], 8)).save(args.out / "sheet.png")
    table = tally(model, pictures, [line["mentioned"] for line in lines])
    test = Corpus([args.test])
    test.refresh()
    own = tally(model, test.stacked(), [r["mentioned"] for r in test.records])
    names = sorted(own)
    rows = [(n, share(table[n]), table[n][1], share(own[n]), own[n][1]) for n in names]
    totals = [[sum(t[n][i] for n in names) for i in (0, 1)] for t in (table, own)]
    rows.append(("all", share(totals[0]), totals[0][1], share(totals[1]), totals[1][1]))
    text = ["| attribute | drawn right | asked | judge right on renders | asked |", "|---|---|---|---|---|"]
    text += [f"| {n} | {a:.1f} % | {b} | {c:.1f} % | {d} |" for n, a, b, c, d in rows]
    (args.out / "score.md").write_text("\n".join(text) + "\n")
    settings = {"prompts": len(prompts), "steps": args.steps, "guidance": args.guidance, "seed": args.seed}
    fields = ("attribute", "drawn", "asked", "judge", "judge_asked")
    payload = {"settings": settings, "rows": [dict(zip(fields, row)) for row in rows]}
    (args.out / "score.json").write_text(json.dumps(payload, indent=2) + "\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
