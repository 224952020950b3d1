# SPDX-License-Identifier: Apache-2.0
"""Train a small style LoRA for the exported starter model.

The pictures are the renderer's, recoloured by `neon`: brightness becomes a ramp
from indigo over magenta to yellow, and edges glow. Only low-rank additions to
the UNet's attention, feed-forward and convolution weights are trained. The file
is named and laid out as kohya's trainers write it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrize

from common import Clock, Corpus, Threads, learning_rate, set_rate, sheet, to_tensor
from model import quiet, token_ids

PROMPTS = [
    "a mountain lake at sunset, two pine trees",
    "a beach by the sea at night, palm trees, a full moon",
    "a snowy forest by day",
    "a red house in a meadow in summer",
]
RAMP = np.array([(0.00, 8, 4, 34), (0.25, 62, 14, 120), (0.50, 190, 24, 150), (0.75, 255, 104, 110),
                 (1.00, 255, 236, 150)], np.float32)


def neon(picture: np.ndarray) -> np.ndarray:
    """The picture [h, w, 3] in neon colours."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (1, 99))
    tone = np.float32(((grey - low) / max(24.0, high - low)).clip(0, 1) ** 1.25)
    coloured = np.stack([np.interp(tone, RAMP[:, 0], RAMP[:, i]) for i in (1, 2, 3)], 2)
    smooth = cv2.GaussianBlur(tone, (0, 0), 1.2)
    edges = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    glow = (cv2.GaussianBlur(edges, (0, 0), 1.0) * 1.1).clip(0, 0.85)[..., None]
    return (coloured * (1 - glow) + np.float32((40, 240, 255)) * glow).clip(0, 255).astype(np.uint8)


class LowRank(nn.Module):
    """Adds up @ down to a weight; up starts at zero."""

    def __init__(self, weight: torch.Tensor, rank: int) -> None:
        super().__init__()
        rows, columns = weight.shape[0], weight[0].numel()
        self.down = nn.Parameter(torch.randn(rank, columns) / columns**0.5)
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The changed weight."""
        return weight + (self.up @ self.down).view(weight.shape)


def attach(unet: nn.Module, rank: int) -> dict[str, LowRank]:
    """A low-rank addition on every weight of the transformers and on the blocks' 3x3 convolutions."""
    added = {}
    for name, module in list(unet.named_modules()):
        if not isinstance(module, (nn.Linear, nn.Conv2d)):
            continue
        if "attentions" in name or (".resnets." in name and name.endswith(("conv1", "conv2"))):
            small = max(2, rank // 4) if isinstance(module, nn.Conv2d) and module.kernel_size[0] == 3 else rank
            added[name] = LowRank(module.weight, small)
            parametrize.register_parametrization(module, "weight", added[name])
    return added


def write(added: dict[str, LowRank], unet: nn.Module, path: Path, metadata: dict[str, str]) -> None:
    """A kohya file in float16; alpha equals the rank, so strength 1 is what was trained."""
    tensors = {}
    for name, part in added.items():
        key, module = "lora_unet_" + name.replace(".", "_"), unet.get_submodule(name)
        down, up = part.down.detach(), part.up.detach()
        if isinstance(module, nn.Conv2d):
            down, up = down.view(-1, module.in_channels, *module.kernel_size), up.view(*up.shape, 1, 1)
        tensors[key + ".lora_down.weight"] = down.half().contiguous()
        tensors[key + ".lora_up.weight"] = up.half().contiguous()
        tensors[key + ".alpha"] = torch.tensor(float(len(down)), dtype=torch.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata)


@torch.no_grad()
def encode(vae: nn.Module, pictures: np.ndarray) -> torch.Tensor:
    """The pictures' latents."""
    return torch.cat([vae.encoder(to_tensor(pictures[i : i + 16])) for i in range(0, len(pictures), 16)])


def compare(model: Path, lora: Path, target: Path) -> None:
    """Draw the same prompts and seeds without and with the written file."""
    pages = []
    for with_lora in (False, True):
        pipeline = StableDiffusionPipeline.from_pretrained(model, torch_dtype=torch.float32)
        pipeline.set_progress_bar_config(disable=True)
        if with_lora:
            pipeline.load_lora_weights(lora.parent, weight_name=lora.name)
        seeds = [torch.Generator().manual_seed(i) for i in range(len(PROMPTS))]
        made = pipeline(PROMPTS, height=128, width=128, num_inference_steps=20, guidance_scale=5.0, generator=seeds,
                        output_type="np")
        pages.append((made.images * 255).round().astype(np.uint8))
    Image.fromarray(sheet(np.concatenate(pages), len(PROMPTS))).save(target)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--model", type=Path, required=True, help="the exported folder")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file")
    parser.add_argument("--sheet", type=Path, help="where to show pictures without (above) and with it (below)")
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    clock = Clock(args.minutes)
    quiet()
    threads = Threads(args.threads)
    torch.manual_seed(6)
    corpus = Corpus(args.data, limit=2 * args.pictures)
    corpus.refresh()
    chosen = [i for i, r in enumerate(corpus.records) if r["attributes"]["style"] == "none"][: args.pictures]
    plain = corpus.stacked()
    painted = np.stack([neon(plain[i]) for i in chosen])
    pipeline = StableDiffusionPipeline.from_pretrained(args.model, torch_dtype=torch.float32)
    unet, text = pipeline.unet.requires_grad_(False), pipeline.text_encoder
    values = encode(pipeline.vae, painted)
    ids = token_ids(pipeline.tokenizer, [corpus.records[i]["caption"] for i in chosen])
    empty = token_ids(pipeline.tokenizer, [""])
    added = attach(unet, args.rank)
    unet.to(memory_format=torch.channels_last)
    parameters = [p for part in added.values() for p in part.parameters()]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    alphas = pipeline.scheduler.alphas_cumprod
    step, shown, total, count = 0, 0.0, 0.0, 0
    while clock.progress() < 1.0:
        set_rate(optimizer, learning_rate(step, clock.progress(), args.rate, 30, 0.3))
        which = torch.randint(len(values), (args.batch,))
        latents, noise = values[which], torch.randn(args.batch, *values.shape[1:])
        when = (1000 * (torch.arange(args.batch) + torch.rand(args.batch)) / args.batch).long().clamp(max=999)
        root, rest = alphas[when].sqrt().view(-1, 1, 1, 1), (1 - alphas[when]).sqrt().view(-1, 1, 1, 1)
        with torch.no_grad():
            context = text(torch.where(torch.rand(args.batch, 1) < 0.1, empty, ids[which]))[0]
        noisy = (root * latents + rest * noise).contiguous(memory_format=torch.channels_last)
        made = unet(noisy, when, context).sample
        loss = (made - (root * noise - rest * latents)).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        threads.step()
        step, total, count = step + 1, total + loss.item(), count + 1
        if clock.elapsed() - shown > 20:
            shown = clock.elapsed()
            print(f"step {step} {shown:.0f}s loss {total / count:.4f}", flush=True)
            total, count = 0.0, 0
    name = args.out.stem
    write(added, unet, args.out, {
        "ss_output_name": name,
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(args.rank),
        "ss_network_alpha": str(args.rank),
        "ss_base_model_version": "sd_v1",
        "ss_sd_model_name": "Igneous starter model",
        "modelspec.title": name,
        "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.description": "Neon colours: indigo shadows, magenta and yellow light, glowing edges. "
                                 "Needs no trigger words.",
        "modelspec.trigger_phrase": "",
        "modelspec.license": "Apache-2.0",
    })
    print(f"done: {step} steps, {len(chosen)} pictures, {args.out.stat().st_size / 1e3:.0f} kB")
    if args.sheet:
        compare(args.model, args.out, args.sheet)


if __name__ == "__main__":
    main()
