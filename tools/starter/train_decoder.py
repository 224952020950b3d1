# SPDX-License-Identifier: Apache-2.0
"""Sharpen the decoder: adversarial training against a small patch critic.

The encoder stays frozen, so the UNet's latents keep their meaning. Noise on the
latents teaches the decoder to forgive the UNet's errors. The critic's inner
activations serve as a perceptual distance.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from common import Average, Clock, Corpus, Log, Threads, learning_rate, save_atomic, set_rate, sheet, to_tensor, to_uint8
from train_autoencoder import build, crops, detail_loss, psnr, reconstruct


class Critic(nn.Module):
    """Judges overlapping patches; returns the verdict and the inner activations."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        shape = [(3, width, 2), (width, 2 * width, 2), (2 * width, 4 * width, 1)]
        self.layers = nn.ModuleList(spectral_norm(nn.Conv2d(a, b, 4, s, 1)) for a, b, s in shape)
        self.verdict = spectral_norm(nn.Conv2d(4 * width, 1, 3, 1, 1))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Patch verdicts and activations."""
        inner = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            inner.append(x)
        return self.verdict(x), inner


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--start", type=Path, required=True, help="autoencoder checkpoint")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--noise", type=float, default=0.25)
    parser.add_argument("--adversary", type=float, default=0.04)
    parser.add_argument("--match", type=float, default=0.5)
    parser.add_argument("--alone", type=int, default=100, help="steps before the critic counts")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    threads = Threads(args.threads)
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    args.out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(args.data)
    corpus.refresh()
    pictures = corpus.stacked()
    probe = to_tensor(pictures[:16])
    state = torch.load(args.start)
    model = build(state["width"], state["channels"])
    model.load_state_dict(state["model"])
    model.to(memory_format=torch.channels_last).encoder.requires_grad_(False)
    critic = Critic().to(memory_format=torch.channels_last)
    trained = list(model.decoder.parameters())
    maker = torch.optim.AdamW(trained, lr=args.rate, betas=(0.5, 0.98), weight_decay=1e-4, fused=True)
    judge = torch.optim.AdamW(critic.parameters(), lr=args.rate, betas=(0.5, 0.98), weight_decay=1e-4, fused=True)
    average = Average(trained, 0.99)
    clock, step, shown = Clock(args.minutes), 0, 0.0
    log = Log(args.out / "log.csv", ["step", "seconds", "rate", "l1", "detail", "match", "verdict", "critic", "psnr"])
    sums, counted = np.zeros(5), 0

    def checkpoint() -> float:
        average.swap()
        made = reconstruct(model, probe)
        both = np.concatenate([pictures[:8], to_uint8(made[:8])])
        Image.fromarray(sheet(both, 8)).save(args.out / "sheet.png")
        save_atomic({"model": model.state_dict(), "width": state["width"], "channels": state["channels"], "step": step},
                    args.out / "checkpoint.pt")
        average.swap()
        return psnr(made, probe)

    while clock.progress() < 1.0:
        rate = learning_rate(step, clock.progress(), args.rate, 50, 0.4)
        set_rate(maker, rate)
        set_rate(judge, rate)
        real = crops(pictures, rng, args.batch, args.size)
        with torch.no_grad():
            latents = model.encoder(real)
            latents = latents + torch.rand(args.batch, 1, 1, 1) * args.noise * torch.randn_like(latents)
        made = model.decoder(latents)
        joined, _ = critic(torch.cat([real, made.detach()]))
        true, false = joined.chunk(2)
        critic_loss = F.relu(1 - true).mean() + F.relu(1 + false).mean()
        judge.zero_grad(set_to_none=True)
        critic_loss.backward()
        judge.step()
        flat, detail = F.l1_loss(made, real), detail_loss(made, real)
        with torch.no_grad():
            _, wanted = critic(real)
        critic.requires_grad_(False)
        verdict, inner = critic(made)
        critic.requires_grad_(True)
        match = torch.stack([F.l1_loss(a, b) / b.abs().mean() for a, b in zip(inner, wanted)]).mean()
        trust = min(1.0, max(0.0, (step - args.alone) / 100))
        loss = flat + 0.5 * detail + trust * (args.match * match - args.adversary * verdict.mean())
        maker.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        maker.step()
        if step % 4 == 0:
            average.update(step // 4)
        threads.step()
        step, counted = step + 1, counted + 1
        sums += [flat.item(), detail.item(), match.item(), verdict.mean().item(), critic_loss.item()]
        now = clock.elapsed()
        if now - shown > 60:
            quality, means = checkpoint(), sums / counted
            names = ("l1", "detail", "match", "verdict", "critic")
            log.row(step=step, seconds=now, rate=rate, psnr=quality, **dict(zip(names, map(float, means))))
            print(f"step {step} {now:.0f}s " + " ".join(f"{n} {v:.3f}" for n, v in zip(names, means)) +
                  f" psnr {quality:.2f} {counted * args.batch / (now - shown):.1f}/s", flush=True)
            shown, sums, counted = now, np.zeros(5), 0
    print(f"done: step {step}, PSNR {checkpoint():.2f} dB")


if __name__ == "__main__":
    main()
