# SPDX-License-Identifier: Apache-2.0
"""Train the decoder on the fixed latents, with a small patch critic that sharpens it.

The encoder stays as it is, so the UNet's latents keep their meaning and this can
run while the UNet trains. Noise on the latents teaches the decoder to forgive the
UNet's errors. The critic's inner activations serve as a perceptual distance. Starting
again with the same --out goes on from its checkpoint, with a new critic.
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

from common import Average, Clock, Corpus, Log, Threads, learning_rate, load, save_atomic, set_rate, sheet
from common import to_tensor, to_uint8, use
from train_autoencoder import build, detail_loss, psnr, reconstruct


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


class Pairs:
    """Pictures and their stored latents; crops of both that belong together."""

    def __init__(self, data: Path, latents: Path) -> None:
        corpus = Corpus([data])
        done = {path.stem for path in latents.glob("shard_*.pt")}
        corpus.seen = {str(path) for path in data.glob("shard_*.npz") if path.stem not in done}
        corpus.refresh()
        self.pictures = corpus.stacked()
        self.latents = torch.cat([load(latents / f"{name}.pt") for name in sorted(done)])
        self.deviations = self.latents.float().std((0, 1, 3, 4)).view(1, -1, 1, 1)

    def crops(self, rng: np.random.Generator, batch: int, cells: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Random crops of `cells` latents a side, and the pictures they stand for."""
        real, latents = [], []
        for index in rng.integers(len(self.pictures), size=batch):
            side, (top, left) = int(rng.integers(2)), rng.integers(self.latents.shape[-1] - cells + 1, size=2)
            picture = self.pictures[index][:, ::-1] if side else self.pictures[index]
            real.append(picture[8 * top : 8 * (top + cells), 8 * left : 8 * (left + cells)])
            latents.append(self.latents[index, side, :, top : top + cells, left : left + cells])
        stacked = torch.stack(latents).float().contiguous(memory_format=torch.channels_last)
        return to_tensor(np.stack(real)), stacked


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--latents", type=Path, required=True, help="what encode.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--cells", type=int, default=8, help="side of a crop in latents")
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--noise", type=float, default=0.3, help="at most, in deviations of each channel")
    parser.add_argument("--adversary", type=float, default=0.04)
    parser.add_argument("--match", type=float, default=0.5)
    parser.add_argument("--alone", type=float, default=0.4, help="share of the time before the critic counts")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    use(args.device)
    threads = Threads(args.threads)
    torch.manual_seed(3)
    rng = np.random.default_rng(3)
    args.out.mkdir(parents=True, exist_ok=True)
    pairs = Pairs(args.data, args.latents)
    probe = to_tensor(pairs.pictures[:16])
    before = args.out / "checkpoint.pt"
    state = load(before if before.exists() else args.latents / "autoencoder.pt")
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
        both = np.concatenate([pairs.pictures[:8], to_uint8(made[:8])])
        Image.fromarray(sheet(both, 8)).save(args.out / "sheet.png")
        save_atomic({"model": model.state_dict(), "width": state["width"], "channels": state["channels"], "step": step},
                    args.out / "checkpoint.pt")
        average.swap()
        return psnr(made, probe)

    while clock.progress() < 1.0:
        rate = learning_rate(step, clock.progress(), args.rate, 50, 0.6)
        set_rate(maker, rate)
        set_rate(judge, rate)
        real, latents = pairs.crops(rng, args.batch, args.cells)
        strength = torch.rand(args.batch, 1, 1, 1) * args.noise * pairs.deviations
        made = model.decoder(latents + strength * torch.randn_like(latents))
        flat, detail = F.l1_loss(made, real), detail_loss(made, real)
        match = verdict = critic_loss = torch.zeros(())
        trust = min(1.0, max(0.0, 10 * (clock.progress() - args.alone)))
        if trust > 0:
            true, false = critic(torch.cat([real, made.detach()]))[0].chunk(2)
            critic_loss = F.relu(1 - true).mean() + F.relu(1 + false).mean()
            judge.zero_grad(set_to_none=True)
            critic_loss.backward()
            judge.step()
            with torch.no_grad():
                _, wanted = critic(real)
            critic.requires_grad_(False)
            verdict, inner = critic(made)
            critic.requires_grad_(True)
            match = torch.stack([F.l1_loss(a, b) / b.abs().mean() for a, b in zip(inner, wanted)]).mean()
        loss = flat + (1.0 - 0.5 * trust) * detail + trust * (args.match * match - args.adversary * verdict.mean())
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
