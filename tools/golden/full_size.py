# SPDX-License-Identifier: Apache-2.0
"""A full-size Stable Diffusion 1.5 folder with random weights, evaluated by PyTorch and by `igneous eval`.

    python tools/golden/full_size.py --reference REFERENCE --igneous build/release/bin/igneous --work FOLDER

REFERENCE holds configs/runwayml/stable-diffusion-v1-5. FOLDER keeps the model (2.1 GB) for another run. One UNet step
of a 256x256 picture, the text encoder on 77 tokens and the decoder on a 32x32 latent; prints the relative L2 error per
tier.
The weights are f16 with variance 1 / fan-in, norms are 1: the same numbers on both sides, PyTorch computes in f32.
"""
import argparse
import json
import math
import pathlib
import shutil
import subprocess
import time

import diffusers
import safetensors.torch
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

PARTS = {
    "unet": ("diffusion_pytorch_model", lambda c: UNet2DConditionModel.from_config(c)),
    "vae": ("diffusion_pytorch_model", lambda c: AutoencoderKL.from_config(c)),
    "text_encoder": ("model", lambda c: CLIPTextModel(CLIPTextConfig(**c))),
}


def file_name(part, name):
    """transformers 5 left out the prefix that files carry."""
    return "text_model." + name if part == "text_encoder" and not name.startswith("text_model.") else name


def make_weights(part, model, seed):
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, value in model.state_dict().items():
        if name.endswith("position_ids"):
            continue
        if value.dim() == 1:
            tensor = torch.full_like(value, 1.0 if name.endswith(".weight") else 0.0)
        else:
            tensor = torch.randn(value.shape, generator=generator) / math.sqrt(value[0].numel())
        tensors[file_name(part, name)] = tensor.half()
    return tensors


def load(reference, folder, part):
    """The part in PyTorch, with the weights of its file, which is written first if it is not there."""
    config = json.loads((reference / part / "config.json").read_text())
    stem, make = PARTS[part]
    model = make(config)
    path = folder / part / f"{stem}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(reference / part / "config.json", path.parent)
        safetensors.torch.save_file(make_weights(part, model, len(part)), path)
    tensors = safetensors.torch.load_file(path)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not name.endswith("position_ids"):
                value.copy_(tensors[file_name(part, name)].float())
    return model.eval()


def inputs_of(component):
    generator = torch.Generator().manual_seed(1)
    normal = lambda *shape: torch.randn(shape, generator=generator)
    match component:
        case "unet":
            return dict(sample=normal(1, 4, 32, 32), timestep=torch.tensor([481.0]),
                        encoder_hidden_states=normal(1, 77, 768))
        case "text_encoder":
            ids = torch.randint(0, 49406, (1, 77), generator=generator)
            ids[0, 0], ids[0, 20:] = 49406, 49407
            return dict(input_ids=ids)
        case "vae.decode":
            return dict(latent=normal(1, 4, 32, 32))


def run_torch(model, component, inputs):
    with torch.no_grad():
        match component:
            case "unet":
                return dict(sample=model(**inputs).sample)
            case "text_encoder":
                return dict(last_hidden_state=model(**inputs).last_hidden_state)
            case "vae.decode":
                return dict(sample=model.decode(inputs["latent"]).sample)


def run_igneous(command, folder, component, work, tier):
    outputs = work / f"{component}.{tier}.safetensors"
    subprocess.run([*command, "eval", "--model", folder, "--component", component, "--inputs",
                    work / f"{component}.inputs.safetensors", "--outputs", outputs, "--tier", tier], check=True)
    return safetensors.torch.load_file(outputs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--reference", type=pathlib.Path, required=True)
    options.add_argument("--igneous", default="build/release/bin/igneous")
    options.add_argument("--work", type=pathlib.Path, required=True)
    options.add_argument("--components", nargs="+", default=["unet", "text_encoder", "vae.decode"])
    options.add_argument("--tiers", nargs="+", default=["f32", "f16"])
    chosen = options.parse_args()
    diffusers.utils.logging.set_verbosity_error()
    reference = chosen.reference / "configs/runwayml/stable-diffusion-v1-5"
    folder = chosen.work / "stable-diffusion-v1-5-random"
    for name in ("model_index.json", "scheduler/scheduler_config.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(reference / name, folder / name)

    for component in chosen.components:
        model = load(reference, folder, component.partition(".")[0])
        inputs = inputs_of(component)
        safetensors.torch.save_file(inputs, chosen.work / f"{component}.inputs.safetensors")
        expected = run_torch(model, component, inputs)
        del model
        for tier in chosen.tiers:
            begin = time.time()
            got = run_igneous(chosen.igneous.split(), folder, component, chosen.work, tier)
            for name, want in expected.items():
                error = float((got[name].double() - want.double()).norm() / want.double().norm())
                seconds = time.time() - begin
                print(f"{component:12} {name:18} {tier}: relative L2 {error:.2e}   ({seconds:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
