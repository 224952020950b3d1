# SPDX-License-Identifier: Apache-2.0
"""Train the UNet and the text encoder together on latents encoded once.

The learning rate follows the wall clock, so the run ends on time on a shared
machine. A checkpoint (weights, averages, optimizer) is written every few
minutes; starting again with the same --out goes on from it.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from common import Average, Clock, Corpus, Log, Threads, learning_rate, save_atomic, set_rate, sheet, to_tensor, to_uint8
from model import FILLERS, build_scheduler, build_text_encoder, build_unet, load_tokenizer, quiet, sample, token_ids
from train_autoencoder import build as build_autoencoder

PROMPTS = [
    "a snowy mountain lake at sunset, two pine trees",
    "a red house on the left by a lake at night",
    "a sailing boat on the sea in the morning",
    "a desert at noon with a cactus",
    "a foggy forest in autumn",
    "a village in spring, pink flowers, oil painting",
    "an island with palm trees at sunset",
    "a rainy city at night",
]


class Latents:
    """Encoded pictures (plain and mirrored) with their token ids."""

    def __init__(self, encoder: torch.nn.Module, tokenizer: object, fillers: float) -> None:
        self.encoder, self.tokenizer, self.fillers = encoder, tokenizer, fillers
        self.values = torch.empty(0)
        self.ids = torch.empty(0)
        self.dice = random.Random(0)

    def decorate(self, caption: str) -> str:
        """Now and then add words that change nothing, so that free text does no harm."""
        if self.dice.random() >= self.fillers:
            return caption
        extra = self.dice.sample(FILLERS, self.dice.randint(1, 2))
        if self.dice.random() < 0.3:
            extra.append("".join(self.dice.choices("abcdefghijklmnopqrstuvwxyz", k=self.dice.randint(3, 8))))
        if self.dice.random() < 0.5:
            return ", ".join([caption, *extra])
        return " ".join([extra[0], caption])

    @torch.no_grad()
    def add(self, pictures: np.ndarray, records: list[dict]) -> None:
        """Encode new pictures."""
        made = []
        for start in range(0, len(pictures), 64):
            real = to_tensor(pictures[start : start + 64]).contiguous(memory_format=torch.channels_last)
            pair = torch.stack([self.encoder(real), self.encoder(real.flip(3))], 1)
            made.append(pair.half())
        values = torch.cat(made).contiguous()
        plain = token_ids(self.tokenizer, [self.decorate(r["caption"]) for r in records])
        flipped = token_ids(self.tokenizer, [self.decorate(r["caption_flipped"]) for r in records])
        ids = torch.stack([plain, flipped], 1).short()
        self.values = torch.cat([self.values, values]) if len(self.values) else values
        self.ids = torch.cat([self.ids, ids]) if len(self.ids) else ids

    def batch(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """A random batch of latents and ids."""
        which = torch.randint(len(self.values), (count,))
        side = torch.randint(2, (count,))
        latents = self.values[which, side].float().contiguous(memory_format=torch.channels_last)
        return latents, self.ids[which, side].long()


def parse() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--warm-up", type=int, default=150)
    parser.add_argument("--hold", type=float, default=0.4)
    parser.add_argument("--decay", type=float, default=0.998)
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--fillers", type=float, default=0.12)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save-every", type=float, default=300.0)
    parser.add_argument("--show-every", type=float, default=600.0)
    return parser.parse_args()


def main() -> None:
    """Train until the time is used up."""
    args = parse()
    quiet()
    threads = Threads(args.threads)
    torch.manual_seed(1)
    args.out.mkdir(parents=True, exist_ok=True)
    state = torch.load(args.autoencoder)
    autoencoder = build_autoencoder(state["width"], state["channels"])
    autoencoder.load_state_dict(state["model"])
    autoencoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    tokenizer = load_tokenizer(args.tokenizer)
    corpus = Corpus(args.data)
    data = Latents(autoencoder.encoder, tokenizer, args.fillers)

    def refresh() -> None:
        """Encode at most one shard folder's news, then let the pictures go."""
        before = len(corpus.records)
        if corpus.refresh():
            data.add(np.concatenate(corpus.images), corpus.records[before:])
            corpus.images.clear()

    refresh()
    spread = data.values[:2000].float()
    print(f"{len(corpus)} pictures, latents mean {spread.mean():.3f} deviation {spread.std():.3f}", flush=True)
    empty = token_ids(tokenizer, [""])
    prompt_ids = token_ids(tokenizer, PROMPTS)
    unet = build_unet(state["channels"]).to(memory_format=torch.channels_last)
    text = build_text_encoder(len(tokenizer)).train()
    parameters = [*unet.parameters(), *text.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    average = Average(parameters, args.decay)
    clock, step = Clock(args.minutes), 0
    resume = args.out / "checkpoint.pt"
    if resume.exists():
        state = torch.load(resume)
        unet.load_state_dict(state["unet_raw"])
        text.load_state_dict(state["text_raw"])
        optimizer.load_state_dict(state["optimizer"])
        average.load(state["average"])
        step, clock.used = state["step"], state["elapsed"]
        print(f"resumed at step {step}", flush=True)
    log = Log(args.out / "log.csv", ["step", "seconds", "pictures", "rate", "loss", "norm", "per_second"])
    alphas = build_scheduler().alphas_cumprod

    def checkpoint() -> None:
        raw = {k: v.clone() for k, v in unet.state_dict().items()}
        raw_text = {k: v.clone() for k, v in text.state_dict().items()}
        average.swap()
        save_atomic(
            {"unet": unet.state_dict(), "text": text.state_dict(), "unet_raw": raw, "text_raw": raw_text,
             "optimizer": optimizer.state_dict(), "average": average.state(), "step": step,
             "elapsed": clock.elapsed(), "channels": unet.config.in_channels, "vocabulary": len(tokenizer)},
            resume,
        )
        average.swap()

    def show() -> None:
        average.swap()
        with torch.no_grad():
            context, blank = text(prompt_ids)[0], text(empty)[0]
            latents = sample(unet, context, blank)
            page = sheet(to_uint8(autoencoder.decoder(latents)), 4)
        average.swap()
        Image.fromarray(page).save(args.out / f"sheet_{int(clock.elapsed() / 60):03d}.png")

    shown = saved = clock.elapsed()
    total, count, norms = 0.0, 0, 0.0
    drawn = clock.elapsed() - args.show_every + 180
    while clock.progress() < 1.0:
        rate = learning_rate(step, clock.progress(), args.rate, args.warm_up, args.hold)
        set_rate(optimizer, rate)
        latents, ids = data.batch(args.batch)
        ids = torch.where(torch.rand(args.batch, 1) < args.drop, empty, ids)
        noise = torch.randn_like(latents)
        # One stratified timestep per slot keeps the loss quiet.
        when = ((torch.arange(args.batch) + torch.rand(args.batch)) * (1000 / args.batch)).long().clamp(max=999)
        root, rest = alphas[when].sqrt().view(-1, 1, 1, 1), (1 - alphas[when]).sqrt().view(-1, 1, 1, 1)
        noisy, target = root * latents + rest * noise, root * noise - rest * latents
        made = unet(noisy, when, text(ids)[0]).sample
        loss = (made - target).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average.update(step)
        threads.step()
        step += 1
        total, count, norms = total + loss.item(), count + 1, norms + float(norm)
        now = clock.elapsed()
        if now - shown > 15:
            speed = count * args.batch / (now - shown)
            log.row(step=step, seconds=now, pictures=len(corpus), rate=rate, loss=total / count, norm=norms / count,
                    per_second=speed)
            print(f"step {step} {now:.0f}s loss {total / count:.4f} {speed:.1f}/s, {threads.best} threads", flush=True)
            shown, total, count, norms = now, 0.0, 0, 0.0
            if now - saved > args.save_every:
                checkpoint()
                saved = now
            if now - drawn > args.show_every:
                show()
                drawn = now
            refresh()
    checkpoint()
    show()
    print("done", flush=True)


if __name__ == "__main__":
    main()
