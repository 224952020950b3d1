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
    """Encoded pictures with their token ids; every second picture is mirrored."""

    def __init__(self, encoder: torch.nn.Module, tokenizer: object, fillers: float) -> None:
        self.encoder, self.tokenizer, self.fillers = encoder, tokenizer, fillers
        self.values = torch.empty(0)
        self.ids = torch.empty(0)
        self.waiting: list[tuple[np.ndarray, dict]] = []
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
    def encode(self, count: int) -> None:
        """Encode up to `count` waiting pictures."""
        values, captions = [], []
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        for start in range(0, len(taken), 32):
            group = []
            for picture, record in taken[start : start + 32]:
                mirrored = self.dice.random() < 0.5
                group.append(picture[:, ::-1] if mirrored else picture)
                captions.append(self.decorate(record["caption_flipped" if mirrored else "caption"]))
            real = to_tensor(np.stack(group)).contiguous(memory_format=torch.channels_last)
            values.append(self.encoder(real).half())
        if taken:
            ids = token_ids(self.tokenizer, captions).short()
            self.values = torch.cat([self.values, *values]) if len(self.values) else torch.cat(values)
            self.ids = torch.cat([self.ids, ids]) if len(self.ids) else ids

    def batch(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """A random batch of latents and ids."""
        which = torch.randint(len(self.values), (count,))
        latents = self.values[which].float().contiguous(memory_format=torch.channels_last)
        return latents, self.ids[which].long()


@torch.no_grad()
def importance(decoder: torch.nn.Module, latents: torch.Tensor) -> torch.Tensor:
    """How much each latent channel shows in the picture, as loss weights with mean 1.

    Without this the channels that hold fine texture, which nobody can predict,
    drown the few that hold colour and layout.
    """
    plain = decoder(latents)
    shown = []
    for channel in range(latents.shape[1]):
        moved = latents.clone()
        moved[:, channel] += 0.5
        change = [(decoder(moved) - plain).square().mean()]
        moved[:, channel] -= 1.0
        change.append((decoder(moved) - plain).square().mean())
        shown.append(torch.stack(change).mean())
    weights = torch.stack(shown)
    weights = (weights / weights.mean()).clamp(min=0.15).pow(0.75)
    return (weights / weights.mean()).view(1, -1, 1, 1)


def parse() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--warm-up", type=int, default=150)
    parser.add_argument("--hold", type=float, default=0.4)
    parser.add_argument("--decay", type=float, default=0.99, help="of the averages, per four steps")
    parser.add_argument("--lean", type=float, default=0.75, help="below 1: more steps at the noisy end")
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--fillers", type=float, default=0.12)
    parser.add_argument("--first", type=int, default=1536, help="pictures encoded before training")
    parser.add_argument("--more", type=int, default=192, help="pictures encoded at every log line")
    parser.add_argument("--most", type=int, default=12000, help="pictures used at most")
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

    def refresh(count: int) -> None:
        """Look for new shards and encode some of what waits."""
        before = len(corpus.records)
        if corpus.refresh():
            data.waiting += zip(np.concatenate(corpus.images), corpus.records[before:])
            corpus.images.clear()
        data.encode(min(count, args.most - len(data.values)))

    refresh(args.first)
    spread = data.values[:2000].float()
    print(f"{len(data.values)} of {len(corpus)} pictures, latents mean {spread.mean():.3f}, "
          f"deviation {spread.std():.3f}", flush=True)
    weights = importance(autoencoder.decoder, data.values[:16].float())
    print("channel weights", " ".join(f"{w:.2f}" for w in weights.flatten().tolist()), flush=True)
    empty = token_ids(tokenizer, [""])
    prompt_ids = token_ids(tokenizer, PROMPTS)
    unet = build_unet(state["channels"]).to(memory_format=torch.channels_last)
    text = build_text_encoder(len(tokenizer)).train()
    parameters = [*unet.parameters(), *text.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
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
        # Stratified timesteps keep the loss quiet; the power favours the noisy end, where the text decides.
        spot = (torch.arange(args.batch) + torch.rand(args.batch)) / args.batch
        when = (1000 * spot.pow(args.lean)).long().clamp(max=999)
        root, rest = alphas[when].sqrt().view(-1, 1, 1, 1), (1 - alphas[when]).sqrt().view(-1, 1, 1, 1)
        noisy, target = root * latents + rest * noise, root * noise - rest * latents
        made = unet(noisy, when, text(ids)[0]).sample
        loss = (weights * (made - target).square()).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 4 == 0:
            average.update(step // 4)
        threads.step()
        step += 1
        total, count, norms = total + loss.item(), count + 1, norms + float(norm)
        now = clock.elapsed()
        if now - shown > 20:
            speed = count * args.batch / (now - shown)
            log.row(step=step, seconds=now, pictures=len(data.values), rate=rate, loss=total / count, norm=norms / count,
                    per_second=speed)
            print(f"step {step} {now:.0f}s loss {total / count:.4f} {speed:.1f}/s, {threads.best} threads", flush=True)
            shown, total, count, norms = now, 0.0, 0, 0.0
            if now - saved > args.save_every:
                checkpoint()
                saved = now
            if now - drawn > args.show_every:
                show()
                drawn = now
            refresh(args.more)
    checkpoint()
    show()
    print("done", flush=True)


if __name__ == "__main__":
    main()
