# SPDX-License-Identifier: Apache-2.0
"""A small attribute classifier that judges generated pictures.

It is trained on rendered pictures only, and has one head per attribute kind:
single-choice heads (time, season, weather, scene, style, and per object its
side, count and colour) and one yes/no head per object.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from common import Clock, Corpus, Threads, learning_rate, save_atomic, set_rate, to_tensor, use
from common import load as load_state
from muon import Muon

PLAIN = ("time", "season", "weather", "scene", "style", "sky_colour")
MIRRORED = {"left": "right", "right": "left"}


def facts(attributes: dict[str, Any], flipped: bool = False) -> dict[str, str]:
    """Every attribute of a picture as head -> answer."""
    found = {key: str(attributes[key]) for key in PLAIN if attributes.get(key) is not None}
    for name in attributes.get("objects", []):
        found[f"object.{name}"] = "yes"
    for name, side in attributes.get("sides", {}).items():
        found[f"side.{name}"] = MIRRORED.get(side, side) if flipped else side
    for name, count in attributes.get("counts", {}).items():
        found[f"count.{name}"] = str(count)
    for name, colour in attributes.get("colours", {}).items():
        found[f"colour.{name}"] = str(colour)
    return found


class Heads:
    """Which heads there are and what each may answer."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self.answers = answers
        self.names = list(answers)
        self.slices: dict[str, slice] = {}
        start = 0
        for name in self.names:
            self.slices[name] = slice(start, start + len(answers[name]))
            start += len(answers[name])
        self.width = start

    @staticmethod
    def gather(records: list[dict[str, Any]]) -> "Heads":
        """Collect the heads from the data; rare answers (under 5 pictures) are left out."""
        seen: dict[str, Counter[str]] = {}
        for record in records:
            for head, answer in facts(record["attributes"]).items():
                seen.setdefault(head, Counter())[answer] += 1
        answers = {}
        for head in sorted(seen):
            kept = sorted(a for a, n in seen[head].items() if n >= 5)
            if head.startswith("object."):
                kept = ["no", "yes"]
            if len(kept) > 1:
                answers[head] = kept
        return Heads(answers)

    def targets(self, record: dict[str, Any], flipped: bool) -> list[int]:
        """One class index per head; -1 where the head does not apply."""
        found = facts(record["attributes"], flipped)
        row = []
        for name in self.names:
            answer = found.get(name, "no" if name.startswith("object.") else "")
            row.append(self.answers[name].index(answer) if answer in self.answers[name] else -1)
        return row


class Block(nn.Module):
    """Two convolutions with a shortcut; halves the picture."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.one = nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False)
        self.two = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(after), nn.BatchNorm2d(after)])
        self.short = nn.Conv2d(before, after, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply the block."""
        inner = F.relu(self.norms[0](self.one(x)))
        return F.relu(self.norms[1](self.two(inner)) + self.short(F.avg_pool2d(x, 2)))


class Classifier(nn.Module):
    """128x128 picture -> logits of all heads, from an 8x8 map that keeps places."""

    def __init__(self, heads: Heads) -> None:
        super().__init__()
        self.heads = heads
        self.body = nn.Sequential(
            nn.Conv2d(3, 24, 4, stride=2, padding=1), nn.ReLU(), Block(24, 48), Block(48, 96), Block(96, 128)
        )
        self.squeeze = nn.Sequential(nn.Conv2d(128, 32, 1), nn.ReLU())
        self.mix = nn.Sequential(nn.Linear(32 * 64 + 128, 256), nn.ReLU(), nn.Dropout(0.2))
        self.out = nn.Linear(256, heads.width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """All heads' logits, side by side."""
        features = self.body(x)
        flat = torch.cat([self.squeeze(features).flatten(1), features.amax((2, 3))], 1)
        return self.out(self.mix(flat))


def loss_of(heads: Heads, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy over the heads that apply."""
    total, count = logits.new_zeros(()), 0
    for index, name in enumerate(heads.names):
        wanted = targets[:, index]
        chosen = wanted >= 0
        if chosen.any():
            total = total + F.cross_entropy(logits[chosen][:, heads.slices[name]], wanted[chosen], reduction="sum")
            count += int(chosen.sum())
    return total / max(1, count)


def load(path: Path) -> Classifier:
    """A trained classifier, ready to judge."""
    state = load_state(path)
    model = Classifier(Heads(state["answers"]))
    model.load_state_dict(state["model"])
    return model.eval().to(memory_format=torch.channels_last)


@torch.no_grad()
def judge(model: Classifier, pictures: np.ndarray) -> list[dict[str, str]]:
    """Every head's answer for each picture."""
    answers: list[dict[str, str]] = []
    heads = model.heads
    for start in range(0, len(pictures), 64):
        logits = model(to_tensor(pictures[start : start + 64]).contiguous(memory_format=torch.channels_last))
        best = {name: logits[:, heads.slices[name]].argmax(1).tolist() for name in heads.names}
        count = len(logits)
        answers += [{name: heads.answers[name][best[name][i]] for name in heads.names} for i in range(count)]
    return answers


def main() -> None:
    """Train the classifier."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    use(args.device)
    threads = Threads(args.threads)
    torch.manual_seed(2)
    rng = np.random.default_rng(2)
    corpus = Corpus(args.data)
    corpus.refresh()
    pictures, heads = corpus.stacked(), Heads.gather(corpus.records)
    targets = np.array([[heads.targets(r, False), heads.targets(r, True)] for r in corpus.records])
    model = Classifier(heads).to(memory_format=torch.channels_last)
    optimizer = Muon(model, args.rate, decay=0.02)
    clock, step, total, shown = Clock(args.minutes), 0, 0.0, 0.0
    while clock.progress() < 1.0:
        set_rate(optimizer, learning_rate(step, clock.progress(), args.rate, 50))
        chosen, flip = rng.integers(len(pictures), size=args.batch), rng.random(args.batch) < 0.5
        batch = np.where(flip[:, None, None, None], pictures[chosen][:, :, ::-1], pictures[chosen])
        real = to_tensor(batch).contiguous(memory_format=torch.channels_last)
        if rng.random() < 0.5:
            # Generated pictures are a little soft; the judge must not mind.
            real = F.interpolate(F.avg_pool2d(real, 2), scale_factor=2, mode="bilinear")
        wanted = torch.from_numpy(targets[chosen, flip.astype(int)]).to(real.device)
        loss = loss_of(heads, model(real), wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        threads.step()
        step, total = step + 1, total * 0.98 + loss.item() * 0.02
        if clock.elapsed() - shown > 30:
            shown = clock.elapsed()
            print(f"step {step} {shown:.0f}s loss {total / (1 - 0.98**step):.4f}", flush=True)
    save_atomic({"model": model.state_dict(), "answers": heads.answers, "pictures": len(corpus)}, args.out)
    print(f"done: {step} steps, {len(heads.names)} heads, {len(corpus)} pictures")


if __name__ == "__main__":
    main()
