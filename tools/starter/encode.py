# SPDX-License-Identifier: Apache-2.0
"""Fix the latent space and encode every picture once, plain and mirrored.

First each latent channel is scaled by how much it shows in the decoded picture,
so that the noise hides fine texture first and colour and layout last, and an
even loss on latents is close to a loss on pictures. The scales go into the
autoencoder's weights; the encoder never changes after this.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny

from common import Corpus, load, save_atomic, to_tensor, use
from train_autoencoder import build


@torch.no_grad()
def visibility(model: AutoencoderTiny, latents: torch.Tensor) -> torch.Tensor:
    """How far a small step in each latent channel moves the decoded picture, relative to the strongest, softened."""
    shown = []
    for channel in range(latents.shape[1]):
        step = torch.zeros_like(latents)
        step[:, channel] = 0.25 * torch.randn(
            latents[:, channel].shape, generator=torch.Generator("cpu").manual_seed(0), device="cpu").to(step.device)
        shown.append((model.decoder(latents + step) - model.decoder(latents)).square().mean().sqrt())
    return (torch.stack(shown) / max(shown)).pow(0.7)


@torch.no_grad()
def rescale(model: AutoencoderTiny, scales: torch.Tensor) -> None:
    """Multiply the latent channels by `scales`; the decoder undoes it."""
    last = model.encoder.layers[-1]
    last.weight.mul_(scales.view(-1, 1, 1, 1))
    last.bias.mul_(scales)
    first = next(layer for layer in model.decoder.layers if isinstance(layer, torch.nn.Conv2d))
    first.weight.div_(scales.view(1, -1, 1, 1))


@torch.no_grad()
def encode(model: AutoencoderTiny, pictures: np.ndarray) -> torch.Tensor:
    """Latents [n, 2, c, 16, 16] in float16: plain and mirrored."""
    made = []
    for start in range(0, len(pictures), 16):
        plain = pictures[start : start + 16]
        both = to_tensor(np.concatenate([plain, plain[:, :, ::-1]])).contiguous(memory_format=torch.channels_last)
        made.append(torch.stack(model.encoder(both).chunk(2), 1).half())
    return torch.cat(made)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for autoencoder.pt and the latents")
    parser.add_argument("--level", type=float, default=0.6, help="deviation of the most visible channel")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    use(args.device)
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    settled = args.out / "autoencoder.pt"
    state = load(settled if settled.exists() else args.autoencoder)
    model = build(state["width"], state["channels"]).to(memory_format=torch.channels_last)
    model.load_state_dict(state["model"])
    if not settled.exists():
        pictures = next(iter_shards(args.data))[1][:32]
        latents = model.encoder(to_tensor(pictures))
        seen = visibility(model, latents)
        scales = args.level * seen / latents[:, int(seen.argmax())].std()
        print("visibility", " ".join(f"{v:.2f}" for v in seen.tolist()), flush=True)
        rescale(model, scales.detach())
        save_atomic({"model": model.state_dict(), "width": state["width"], "channels": state["channels"]}, settled)
    for name, pictures in iter_shards(args.data):
        target = args.out / f"{name}.pt"
        if not target.exists():
            values = encode(model, pictures)
            save_atomic(values, target)
            print(f"{name}: {len(values)} pictures, deviations {values.float().std((0, 1, 3, 4)).tolist()}", flush=True)


def iter_shards(folder: Path):
    """Name and pictures of every finished shard."""
    for path in sorted(folder.glob("shard_*.npz")):
        corpus = Corpus([folder])
        corpus.seen = {str(other) for other in folder.glob("shard_*.npz") if other != path}
        if corpus.refresh():
            yield path.stem, corpus.stacked()


if __name__ == "__main__":
    main()
