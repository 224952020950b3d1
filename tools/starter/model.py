# SPDX-License-Identifier: Apache-2.0
"""The starter model's UNet, text encoder and scheduler settings."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TEXT_WIDTH = 192
LENGTH = 77
NEGATIVE = "blurry, ugly, bad quality"
FILLERS = [
    "masterpiece", "best quality", "highly detailed", "beautiful", "digital art", "a picture of", "a painting of",
    "illustration", "a photo of", "4k", "stunning", "concept art", "very detailed", "an image of", "nice", "artwork",
]


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """The tokenizer as the pipeline loads it."""
    return CLIPTokenizer.from_pretrained(str(folder))


def token_ids(tokenizer: CLIPTokenizer, texts: list[str]) -> torch.Tensor:
    """Padded ids [n, 77], exactly as the pipeline makes them."""
    made = tokenizer(texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt")
    return made.input_ids.to(torch.get_default_device())


def decorate(caption: str, dice: random.Random, chance: float) -> str:
    """Now and then add words that change nothing, so that free text does no harm."""
    if dice.random() >= chance:
        return caption
    extra = dice.sample(FILLERS, dice.randint(1, 2))
    if dice.random() < 0.3:
        extra.append("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(3, 8))))
    if dice.random() < 0.5:
        return ", ".join([caption, *extra])
    return " ".join([extra[0], caption])


def build_text_encoder(vocabulary: int) -> CLIPTextModel:
    """A small CLIP text model; the last two ids are start and end."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=TEXT_WIDTH,
            intermediate_size=4 * TEXT_WIDTH,
            projection_dim=TEXT_WIDTH,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=LENGTH,
            hidden_act="quick_gelu",
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
            initializer_range=0.02,
            initializer_factor=1.0,
        )
    )


def build_unet(channels: int = 4) -> UNet2DConditionModel:
    """The UNet: 16x16, 8x8 and 4x4 levels, text attention at 8x8 and 4x4."""
    unet = UNet2DConditionModel(
        sample_size=16,
        in_channels=channels,
        out_channels=channels,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(64, 128, 192),
        layers_per_block=1,
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=4,
        norm_num_groups=32,
    )
    calm(unet)
    return unet


@torch.no_grad()
def calm(unet: UNet2DConditionModel) -> None:
    """Let every residual branch start small, which allows a higher learning rate."""
    for name, parameter in unet.named_parameters():
        if name.endswith(("conv2.weight", "to_out.0.weight", "ff.net.2.weight", "proj_out.weight")):
            parameter.mul_(0.2)
    unet.conv_out.weight.mul_(0.1)


def build_scheduler() -> DDIMScheduler:
    """SD 1.x noise schedule with velocity prediction."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
    )


def quiet() -> None:
    """Silence library warnings that say nothing about this model."""
    warnings.filterwarnings("ignore")


@torch.no_grad()
def sample(
    unet: UNet2DConditionModel,
    context: torch.Tensor,
    empty: torch.Tensor,
    steps: int = 20,
    guidance: float = 4.5,
    seed: int = 0,
) -> torch.Tensor:
    """DDIM with classifier-free guidance; returns latents [n, c, 16, 16]."""
    scheduler = build_scheduler()
    scheduler.set_timesteps(steps)
    count = len(context)
    generator = torch.Generator("cpu").manual_seed(seed)
    latents = torch.randn(count, unet.config.in_channels, 16, 16, generator=generator, device="cpu").to(context.device)
    both = torch.cat([empty.expand(count, -1, -1), context])
    for when in scheduler.timesteps:
        made: Any = unet(torch.cat([latents, latents]), when, both).sample
        free, asked = made.chunk(2)
        latents = scheduler.step(free + guidance * (asked - free), when, latents).prev_sample
    return latents
