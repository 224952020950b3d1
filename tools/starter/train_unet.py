# SPDX-License-Identifier: Apache-2.0
"""Train the UNet on encoded pictures; the text encoder is trained already and stays as it is.

The learning rate follows the wall clock, so the run ends on time on a shared
machine. A checkpoint (weights, averages, optimizer) is written every few
minutes; starting again with the same --out goes on from it.
"""

from __future__ import annotations

import argparse
import math
import random
from pathlib import Path

import torch
from PIL import Image

from common import Average, Clock, Log, Threads, learning_rate, load, read_jsonl, save_atomic, set_rate, sheet, to_uint8
from common import use
from model import build_scheduler, build_text_encoder, build_unet, decorate, load_tokenizer, quiet, sample, token_ids
from muon import Muon
from render.caption import flip
from train_autoencoder import build as build_autoencoder

PROMPTS = [
    "a snowy mountain lake at sunset, two pine trees",
    "a red house on the left by a lake at night",
    "a sailing boat on the sea in the morning",
    "a desert at noon with a cactus",
    "a foggy forest in autumn",
    "a meadow in spring, pink flowers, oil painting",
    "a beach at sunset with palm trees on the right, orange sky",
    "a stormy sea at night, a lighthouse on the left",
]


def attention_to_things(latents: torch.Tensor) -> torch.Tensor:
    """Weights [n, 1, h, w] of mean 1 that are higher where a picture differs from the median of its row.

    A landscape changes from top to bottom; what changes along a row is mostly a thing: a house, a tree, the moon.
    Those are few cells, and without this nearly all of the loss is sky and ground.
    """
    colour = latents[:, :3]
    differs = (colour - colour.median(3, keepdim=True).values).abs().mean(1, keepdim=True)
    differs = torch.nn.functional.avg_pool2d(differs, 3, 1, 1, count_include_pad=False)
    weights = 1 + 2 * differs / differs.mean((2, 3), keepdim=True).clamp(min=1e-6)
    return weights / weights.mean((2, 3), keepdim=True)


def often(sigmas: torch.Tensor, middle: float = 0.35, spread: float = 1.0) -> torch.Tensor:
    """How often to train each timestep: shares [1000] that add up to 1.

    These latents' deviations are 0.23 to 0.55, so what noise of more than 1.5 leaves undecided is little more than what
    the text leaves undecided: half of all even timesteps teach next to nothing. Three of four are drawn so that
    log sigma is normal around the deviation of the latents (Karras et al. 2022, equation 5 and table 1), one of four
    evenly.
    """
    logs = sigmas.log()
    density = torch.exp(-0.5 * ((logs - math.log(middle)) / spread).square()) * torch.gradient(logs)[0]
    return 0.75 * density / density.sum() + 0.25 / len(sigmas)


class Latents:
    """Encoded pictures, each plain and mirrored, with several captions each; grows as shards appear."""

    def __init__(self, data: Path, latents: Path, tokenizer: object, fillers: float) -> None:
        self.data, self.latents, self.tokenizer, self.fillers = data, latents, tokenizer, fillers
        self.values = torch.empty(0)
        self.ids: list[torch.Tensor] = []
        self.first = torch.zeros(1, dtype=torch.long)
        self.seen: set[str] = set()
        self.dice = random.Random(0)

    def refresh(self) -> None:
        """Take in shards that were not there before."""
        for path in sorted(self.latents.glob("shard_*.pt")):
            if path.name in self.seen:
                continue
            self.seen.add(path.name)
            values, texts, counts = load(path), [], []
            for record in read_jsonl(self.data / f"{path.stem}.jsonl"):
                captions = [record["caption"], *record.get("others", [])]
                told = [decorate(caption, self.dice, self.fillers) for caption in captions]
                texts += told + [flip(caption) for caption in told]
                counts.append(len(told))
            self.ids += [token_ids(self.tokenizer, texts[i : i + 512]).short() for i in range(0, len(texts), 512)]
            self.ids = [torch.cat(self.ids)]
            last = self.first[-1] + 2 * torch.tensor(counts).cumsum(0)
            self.first = torch.cat([self.first, last])
            self.values = torch.cat([self.values, values]) if len(self.values) else values

    def batch(self, count: int) -> tuple[torch.Tensor, torch.Tensor]:
        """A random batch of latents and ids."""
        which, side = torch.randint(len(self.values), (count,)), torch.randint(2, (count,))
        told = (self.first[which + 1] - self.first[which]) // 2
        line = self.first[which] + side * told + (torch.rand(count) * told).long()
        latents = self.values[which, side].float().contiguous(memory_format=torch.channels_last)
        return latents, self.ids[0][line].long()


def parse() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--latents", type=Path, required=True, help="what encode.py wrote")
    parser.add_argument("--text", type=Path, required=True, help="what train_text.py wrote")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90.0)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--hold", type=float, default=0.3)
    parser.add_argument("--decay", type=float, default=0.99, help="of the averages, per four steps")
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--fillers", type=float, default=0.12)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--compile", action="store_true", help="a tenth faster after two minutes; keeps all threads")
    parser.add_argument("--save-every", type=float, default=300.0)
    parser.add_argument("--show-every", type=float, default=600.0)
    return parser.parse_args()


def main() -> None:
    """Train until the time is used up."""
    args = parse()
    quiet()
    use(args.device)
    threads = Threads(args.threads)
    if args.compile:
        threads.keep()
    torch.manual_seed(1)
    args.out.mkdir(parents=True, exist_ok=True)
    state = load(args.latents / "autoencoder.pt")
    autoencoder = build_autoencoder(state["width"], state["channels"])
    autoencoder.load_state_dict(state["model"])
    autoencoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    tokenizer = load_tokenizer(args.tokenizer)
    text = build_text_encoder(len(tokenizer)).eval().requires_grad_(False)
    text.load_state_dict(load(args.text)["text"])
    data = Latents(args.data, args.latents, tokenizer, args.fillers)
    data.refresh()
    print(f"{len(data.values)} pictures, deviations {data.values.float().std((0, 1, 3, 4)).tolist()}", flush=True)
    empty = token_ids(tokenizer, [""])
    prompt_ids = token_ids(tokenizer, PROMPTS)
    unet = build_unet(state["channels"]).to(memory_format=torch.channels_last)
    parameters = list(unet.parameters())
    optimizer = Muon(unet, args.rate)
    average = Average(parameters, args.decay)
    clock, step, learned = Clock(args.minutes), 0, 0
    resume = args.out / "checkpoint.pt"
    if resume.exists():
        state = load(resume)
        unet.load_state_dict(state["raw"])
        optimizer.load_state_dict(state["optimizer"])
        average.load(state["average"])
        step, learned, clock.used = state["step"], state["pictures"], state["elapsed"]
        print(f"resumed at step {step}", flush=True)
    predict = torch.compile(unet) if args.compile else unet
    log = Log(args.out / "log.csv", ["step", "seconds", "pictures", "rate", "loss", "norm", "per_second"])
    alphas = build_scheduler().alphas_cumprod
    sigmas = ((1 - alphas) / alphas).sqrt()
    # The loss on the velocity is one on the picture times 1 / sigma^2 + 1. Here the noisy end, where the text
    # decides, counts more, and the last bit of noise, which looks like the texture that nobody can predict, less.
    weights = (1 / (sigmas.square() + 0.25**2) + 1 / 0.5**2) / (1 / sigmas.square() + 1)
    weights = weights / weights.mean()
    below = often(sigmas).cumsum(0)

    def checkpoint() -> None:
        raw = {k: v.clone() for k, v in unet.state_dict().items()}
        average.swap()
        save_atomic(
            {"unet": unet.state_dict(), "raw": raw, "text": text.state_dict(), "optimizer": optimizer.state_dict(),
             "average": average.state(), "step": step, "pictures": learned, "elapsed": clock.elapsed(),
             "channels": unet.config.in_channels, "vocabulary": len(tokenizer)},
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
    drawn = clock.elapsed() - args.show_every + 240
    while clock.progress() < 1.0:
        rate = learning_rate(step, clock.progress(), args.rate, args.warm_up, args.hold)
        set_rate(optimizer, rate)
        latents, ids = data.batch(args.batch)
        ids = torch.where(torch.rand(args.batch, 1) < args.drop, empty, ids)
        noise = torch.randn_like(latents)
        # Stratified timesteps keep the loss quiet.
        along = (torch.arange(args.batch) + torch.rand(args.batch)) / args.batch
        when = torch.searchsorted(below, along).clamp(max=999)
        root, rest = alphas[when].sqrt().view(-1, 1, 1, 1), (1 - alphas[when]).sqrt().view(-1, 1, 1, 1)
        noisy, target = root * latents + rest * noise, root * noise - rest * latents
        with torch.no_grad():
            context = text(ids)[0]
        made = predict(noisy, when, context).sample
        squares = attention_to_things(latents) * (made - target).square()
        loss = (weights[when] * squares.mean((1, 2, 3))).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 4 == 0:
            average.update(step // 4)
        threads.step()
        step, learned = step + 1, learned + args.batch
        total, count, norms = total + loss.item(), count + 1, norms + float(norm)
        now = clock.elapsed()
        if now - shown > 20:
            speed = count * args.batch / (now - shown)
            log.row(step=step, seconds=now, pictures=learned, rate=rate, loss=total / count, norm=norms / count,
                    per_second=speed)
            print(f"step {step} {now:.0f}s {learned} pictures, loss {total / count:.4f} {speed:.1f}/s, "
                  f"{threads.best} threads", flush=True)
            shown, total, count, norms = now, 0.0, 0, 0.0
            if now - saved > args.save_every:
                checkpoint()
                saved = now
            if now - drawn > args.show_every:
                show()
                drawn = now
            data.refresh()
    checkpoint()
    show()
    print(f"done: {step} steps, {learned} pictures", flush=True)


if __name__ == "__main__":
    main()
