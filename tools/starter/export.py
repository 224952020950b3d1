# SPDX-License-Identifier: Apache-2.0
"""Write the trained starter model as a diffusers folder (float16 safetensors)."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline

from model import build_scheduler, build_text_encoder, build_unet, load_tokenizer, quiet
from train_autoencoder import build as build_autoencoder

HERE = Path(__file__).resolve().parent


def assemble(autoencoder: Path, unet: Path, tokenizer: Path) -> StableDiffusionPipeline:
    """The pipeline in float32 from the trainers' checkpoints (averaged weights)."""
    vae_state, state = (torch.load(path, map_location="cpu") for path in (autoencoder, unet))
    vae = build_autoencoder(vae_state["width"], vae_state["channels"])
    vae.load_state_dict(vae_state["model"])
    network = build_unet(state["channels"])
    network.load_state_dict(state["unet"])
    text = build_text_encoder(state["vocabulary"])
    text.load_state_dict(state["text"])
    return StableDiffusionPipeline(
        vae=vae.eval(),
        unet=network.eval(),
        text_encoder=text.eval(),
        tokenizer=load_tokenizer(tokenizer),
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def tidy(folder: Path, tokenizer: Path) -> None:
    """Make the folder look like every other SD 1.x folder."""
    for child in (folder / "tokenizer").iterdir():
        child.unlink()
    for name in ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(tokenizer / name, folder / "tokenizer" / name)
    index = folder / "model_index.json"
    table = json.loads(index.read_text())
    table["tokenizer"] = ["transformers", "CLIPTokenizer"]
    table.pop("_name_or_path", None)
    index.write_text(json.dumps(table, indent=2) + "\n")
    for config in folder.glob("*/config.json"):
        table = json.loads(config.read_text())
        table.pop("_name_or_path", None)
        config.write_text(json.dumps(table, indent=2) + "\n")


def replace(made: Path, target: Path) -> None:
    """Put the new folder in place of the old one in two renames."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        os.rename(target, old)
    os.rename(made, target)
    shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--autoencoder", type=Path, required=True)
    parser.add_argument("--unet", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--guidance", type=float, default=4, help="that the folder recommends")
    parser.add_argument("--card", type=Path, default=HERE / "model_card.md")
    parser.add_argument("--license", type=Path, default=HERE.parents[1] / "LICENSE")
    args = parser.parse_args()
    quiet()
    torch.set_num_threads(1)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="." + args.out.name, dir=args.out.parent))
    made.chmod(0o755)
    pipeline = assemble(args.autoencoder, args.unet, args.tokenizer).to(torch.float16)
    pipeline.save_pretrained(made, safe_serialization=True)
    tidy(made, args.tokenizer)
    index = made / "model_index.json"
    settings = json.loads(index.read_text(encoding="utf-8"))
    ordered = dict(sorted({**settings, "_igneous_cfg": args.guidance}.items()))
    index.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    shutil.copy(args.card, made / "README.md")
    shutil.copy(args.license, made / "LICENSE")
    for path in made.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    # The folder must load the ordinary way before it replaces the old one.
    StableDiffusionPipeline.from_pretrained(made)
    replace(made, args.out)
    size = sum(path.stat().st_size for path in args.out.rglob("*") if path.is_file())
    print(f"{args.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
