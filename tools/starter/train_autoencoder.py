# SPDX-License-Identifier: Apache-2.0
"""Train the starter model's autoencoder (diffusers AutoencoderTiny, 8x, 4 channels).

The latents are held near zero mean and unit deviation and noise is added to them
in training, so that the space is smooth and the decoder forgives small errors.
This fixes the encoder; encode.py and train_decoder.py come next.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from diffusers.models.autoencoders.vae import AutoencoderTinyBlock
from PIL import Image

from common import Average, Clock, Corpus, Log, Threads, learning_rate, load, save_atomic, set_rate, sheet
from common import to_tensor, to_uint8, use


def build(width: int = 48, channels: int = 4) -> AutoencoderTiny:
    """The autoencoder's fixed architecture."""
    return AutoencoderTiny(
        in_channels=3,
        out_channels=3,
        encoder_block_out_channels=(width,) * 4,
        decoder_block_out_channels=(width,) * 4,
        num_encoder_blocks=(0, 1, 2, 3),
        num_decoder_blocks=(3, 4, 3, 0),
        latent_channels=channels,
        scaling_factor=1.0,
    )


@torch.no_grad()
def prime(model: AutoencoderTiny, pictures: np.ndarray) -> None:
    """Start from a colour thumbnail instead of from noise.

    Three feature channels carry red, green and blue through every layer, three
    latents hold the whitened mean colour of each 8x8 cell, and the blocks add
    little at first. Training then only has to learn the detail.
    """
    for module in model.modules():
        if isinstance(module, AutoencoderTinyBlock):
            module.conv[-1].weight.mul_(0.1)
            module.conv[-1].bias.zero_()
    cells = pictures[:2000].reshape(-1, 16, 8, 16, 8, 3)[:, :, ::2, :, ::2].mean((2, 4)).reshape(-1, 3) / 255.0
    mean = cells.mean(0)
    values, vectors = np.linalg.eigh(np.cov((cells - mean).T))
    whiten = torch.from_numpy((vectors / np.sqrt(values)).T).to(model.device).float()
    centre = torch.from_numpy(mean).to(model.device).float()
    for layers in (model.encoder.layers, model.decoder.layers):
        for layer in layers:
            if not isinstance(layer, torch.nn.Conv2d):
                continue
            for colour in range(3):
                if layer.out_channels > 4 and layer.in_channels != 4:
                    layer.weight[colour] = 0
                    if layer.bias is not None:
                        layer.bias[colour] = 0
                    if layer.stride[0] == 2:
                        layer.weight[colour, colour, 1:, 1:] = 0.25
                    else:
                        layer.weight[colour, colour, 1, 1] = 1
    last = model.encoder.layers[-1]
    last.weight[:3] = 0
    last.weight[:3, :3, 1, 1] = whiten
    last.bias[:3] = -whiten @ centre
    first = next(layer for layer in model.decoder.layers if isinstance(layer, torch.nn.Conv2d))
    first.weight[:3] = 0
    first.weight[:3, :3, 1, 1] = torch.linalg.inv(whiten)
    first.bias[:3] = centre
    final = model.decoder.layers[-1]
    final.weight.mul_(0.1)
    final.bias.zero_()
    for colour in range(3):
        final.weight[colour, :3] = 0
        final.weight[colour, colour, 1, 1] = 1


def crops(pictures: np.ndarray, rng: np.random.Generator, batch: int, size: int) -> torch.Tensor:
    """Random crops with random mirroring."""
    chosen = rng.integers(len(pictures), size=batch)
    room = pictures.shape[1] - size
    out = np.empty((batch, size, size, 3), np.uint8)
    for slot, index in enumerate(chosen):
        top, left = rng.integers(room + 1, size=2)
        piece = pictures[index, top : top + size, left : left + size]
        out[slot] = piece[:, ::-1] if rng.random() < 0.5 else piece
    return to_tensor(out)


def detail_loss(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """L1 of horizontal and vertical differences at three scales."""
    total = made.new_zeros(())
    error = made - real
    for scale in range(3):
        if scale:
            error = F.avg_pool2d(error, 2)
        total = total + (error[..., 1:] - error[..., :-1]).abs().mean()
        total = total + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return total


def latent_penalty(latents: torch.Tensor) -> torch.Tensor:
    """Pull each latent channel towards zero mean and unit deviation."""
    flat = latents.transpose(0, 1).flatten(1)
    return flat.mean(1).square().mean() + (flat.std(1) - 1.0).square().mean()


def reconstruct(model: AutoencoderTiny, pictures: torch.Tensor) -> torch.Tensor:
    """Encode and decode without noise."""
    with torch.no_grad():
        return model.decoder(model.encoder(pictures))


def psnr(made: torch.Tensor, real: torch.Tensor) -> float:
    """Peak signal-to-noise ratio in dB for pictures in -1..1."""
    error = (made.clamp(-1, 1) - real).square().mean().item()
    return -10.0 * float(np.log10(error / 4.0))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--hold", type=float, default=0.3)
    parser.add_argument("--noise", type=float, default=0.12)
    parser.add_argument("--detail", type=float, default=1.0)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--channels", type=int, default=4)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    use(args.device)
    threads = Threads(args.threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    args.out.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(args.data)
    corpus.refresh()
    pictures = corpus.stacked()
    probe = to_tensor(pictures[:16])
    model = build(args.width, args.channels).to(memory_format=torch.channels_last)
    prime(model, pictures)
    trained = list(model.parameters())
    optimizer = torch.optim.AdamW(trained, lr=args.rate, betas=(0.9, 0.98), weight_decay=1e-4, fused=True)
    average = Average(trained, 0.998)
    clock = Clock(args.minutes)
    step, shown, saved = 0, 0.0, 0.0
    resume = args.out / "checkpoint.pt"
    if resume.exists():
        state = load(resume)
        model.load_state_dict(state["raw"])
        optimizer.load_state_dict(state["optimizer"])
        average.load(state["average"])
        step, clock.used = state["step"], state["elapsed"]
    log = Log(args.out / "log.csv", ["step", "seconds", "pictures", "rate", "l1", "detail", "penalty", "psnr"])
    sums = np.zeros(3)
    counted = 0

    def checkpoint() -> float:
        raw = {k: v.clone() for k, v in model.state_dict().items()}
        average.swap()
        made = reconstruct(model, probe)
        quality = psnr(made, probe)
        both = np.concatenate([pictures[:8], to_uint8(made[:8])])
        Image.fromarray(sheet(both, 8)).save(args.out / "sheet.png")
        save_atomic(
            {"model": model.state_dict(), "raw": raw, "optimizer": optimizer.state_dict(), "average": average.state(),
             "step": step, "elapsed": clock.elapsed(), "width": args.width, "channels": args.channels},
            resume,
        )
        average.swap()
        return quality

    while clock.progress() < 1.0:
        rate = learning_rate(step, clock.progress(), args.rate, 60, args.hold)
        set_rate(optimizer, rate)
        real = crops(pictures, rng, args.batch, args.size)
        latents = model.encoder(real)
        strength = torch.rand(args.batch, 1, 1, 1) * args.noise
        made = model.decoder(latents + strength * torch.randn_like(latents))
        flat, detail = F.l1_loss(made, real), detail_loss(made, real)
        penalty = latent_penalty(latents)
        loss = flat + args.detail * detail + 0.1 * penalty
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        average.update(step)
        threads.step()
        step += 1
        counted += 1
        sums += [flat.item(), detail.item(), penalty.item()]
        now = clock.elapsed()
        if now - shown > 20:
            quality = float("nan")
            if now - saved > 120:
                quality, saved = checkpoint(), now
            means = sums / counted
            log.row(step=step, seconds=now, pictures=len(corpus), rate=rate, l1=means[0], detail=means[1],
                    penalty=means[2], psnr=quality)
            print(f"step {step} {now:.0f}s l1 {means[0]:.4f} detail {means[1]:.4f} psnr {quality:.2f} "
                  f"{counted * args.batch / (now - shown):.1f} crops/s, {threads.best} threads", flush=True)
            shown, sums, counted = now, np.zeros(3), 0
            if corpus.refresh():
                pictures = corpus.stacked()
    print(f"done: step {step}, PSNR {checkpoint():.2f} dB", flush=True)


if __name__ == "__main__":
    main()
