# SPDX-License-Identifier: Apache-2.0
"""Teach the text encoder what captions say, before any picture is involved.

Captions are drawn from the scene grammar without rendering. From the states at
and after the caption's end a linear layer must tell every attribute that the
caption states (or that it does not state it); the layer is then thrown away.
The UNet attends to exactly these states, so it starts with text that means
something, and the encoder needs no further training.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F

from common import Clock, Threads, learning_rate, save_atomic, set_rate, use
from model import LENGTH, build_text_encoder, decorate, load_tokenizer, quiet, token_ids
from render.shards import record

SHORT = 48


def stated(mentioned: list[str]) -> dict[str, str]:
    """Mentions such as count.pine=2 as question -> answer."""
    found = {}
    for mention in mentioned:
        head, _, answer = mention.partition("=")
        found[f"object.{answer}" if head == "object" else head] = "yes" if head == "object" else answer
    return found


def write_captions(seed: int, count: int, fillers: float) -> tuple[list[str], list[dict[str, str]]]:
    """Captions with what they state; a few are empty."""
    dice = random.Random(seed)
    texts, facts = [], []
    for index in range(count):
        _, line = record(seed, index, picture=False)
        blank = dice.random() < 0.03
        texts.append("" if blank else decorate(line["caption"], dice, fillers))
        facts.append({} if blank else stated(line["mentioned"]))
    return texts, facts


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--captions", type=int, default=40000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--fillers", type=float, default=0.15)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    quiet()
    use(args.device)
    threads = Threads(args.threads)
    torch.manual_seed(4)
    tokenizer = load_tokenizer(args.tokenizer)
    texts, facts = write_captions(5, args.captions, args.fillers)
    seen: dict[str, Counter[str]] = {}
    for fact in facts:
        for head, answer in fact.items():
            seen.setdefault(head, Counter())[answer] += 1
    answers = {head: ["unsaid", *sorted(seen[head])] for head in sorted(seen)}
    targets = torch.tensor([[kept.index(f.get(head, "unsaid")) for head, kept in answers.items()] for f in facts])
    ids = torch.cat([token_ids(tokenizer, texts[i : i + 1024]) for i in range(0, len(texts), 1024)])
    ends = (ids == len(tokenizer) - 1).int().argmax(1)
    sizes = [len(kept) for kept in answers.values()]
    print(f"{len(answers)} questions, {sum(sizes)} answers, longest caption {int(ends.max())} tokens", flush=True)
    order = torch.randperm(len(ids))
    kept_back, order = order[:512], order[512:]
    text = build_text_encoder(len(tokenizer)).train()
    heads = torch.nn.Linear(text.config.hidden_size, sum(sizes))
    parameters = [*text.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)

    def logits(which: torch.Tensor, length: int, places: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Answers at `places` random positions from the caption's end on, and what is right."""
        states = text(ids[which, :length])[0]
        first = ends[which].clamp(max=length - 1)
        spots = first[:, None] + (torch.rand(len(which), places) * (length - first)[:, None]).long()
        picked = states[torch.arange(len(which))[:, None], spots]
        return heads(picked).flatten(0, 1), targets[which].repeat_interleave(places, 0)

    def loss_of(made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        parts = made.split(sizes, 1)
        return torch.stack([F.cross_entropy(part, wanted[:, i]) for i, part in enumerate(parts)]).sum()

    clock, step, shown, total = Clock(args.minutes), 0, 0.0, 0.0
    short = torch.tensor([int(i) for i in order if ends[i] < SHORT])
    while clock.progress() < 1.0:
        set_rate(optimizer, learning_rate(step, clock.progress(), args.rate, 100, 0.3))
        full = clock.progress() > 0.6 or step % 8 == 7
        pool = order if full else short
        which = pool[torch.randint(len(pool), (args.batch,))]
        loss = loss_of(*logits(which, LENGTH if full else SHORT, 4))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        threads.step()
        step, total = step + 1, total + loss.item()
        if clock.elapsed() - shown > 20:
            shown = clock.elapsed()
            print(f"step {step} {shown:.0f}s loss {loss.item():.3f}", flush=True)
    with torch.no_grad():
        made, wanted = logits(kept_back, LENGTH, 4)
    right, asked = Counter(), Counter()
    for index, (head, part) in enumerate(zip(answers, made.split(sizes, 1))):
        said = wanted[:, index] > 0
        kind = head.split(".")[0]
        right[kind] += int((part.argmax(1) == wanted[:, index])[said].sum())
        asked[kind] += int(said.sum())
    save_atomic({"text": text.state_dict(), "vocabulary": len(tokenizer), "step": step}, args.out)
    print(" ".join(f"{kind} {100 * right[kind] / asked[kind]:.1f} %" for kind in asked))
    print(f"done: {step} steps, {100 * right.total() / asked.total():.1f} % of what captions state is told")


if __name__ == "__main__":
    main()
