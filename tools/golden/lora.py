# SPDX-License-Identifier: Apache-2.0
"""Golden outputs of a tiny UNet and a tiny text encoder with LoRAs: python tools/golden/lora.py tests/golden/lora

The adapters are peft's own, filled by formula, written by diffusers: one in PEFT's names (attention, alpha = rank), one
in kohya's (attention, feed-forward, projections, convolutions, the time embedding; alpha of its own). What peft makes of
them in float64, each alone and both with weights, is stored; float32 must agree. The base models are those of
components.py, the UNet with 32 channels of text (tests/models/families/tiny_model.cpp).
"""
import json
import pathlib
import sys

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders.lora_conversion_utils import _convert_non_diffusers_lora_to_diffusers
from diffusers.utils.state_dict_utils import convert_state_dict_to_diffusers
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from peft.utils import get_peft_model_state_dict

import components
import formula

torch.manual_seed(0)
torch.set_num_threads(1)

ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
TEXT_ATTENTION = ["q_proj", "k_proj", "v_proj", "out_proj"]
ADAPTERS = {
    "peft": dict(unet=ATTENTION, text_encoder=TEXT_ATTENTION, rank=4, alpha=4),
    "kohya": dict(
        unet=ATTENTION + ["net.0.proj", "net.2", "proj_in", "proj_out", "conv1", "conv2", "conv_shortcut", "conv_in",
                          "time_emb_proj", "downsamplers.0.conv", "upsamplers.0.conv"],
        text_encoder=TEXT_ATTENTION + ["fc1", "fc2"], rank=3, alpha=1.5),
}
# name, { adapter: (weight of the UNet, weight of the text encoder) }
CASES = [
    ("peft alone", {"peft": (1.0, 1.0)}),
    ("kohya alone", {"kohya": (0.8, 0.8)}),
    ("both", {"peft": (-1.3, -1.3), "kohya": (0.7, 0.7)}),
    ("two weights", {"peft": (1.5, 0.25), "kohya": (0.4, -2.0)}),
]


def make_parts():
    text_case = components.CASES[0]
    unet_case = dict(name="unet_plain", component="unet", config=components.UNET | dict(cross_attention_dim=32))
    parts = {"unet": (unet_case, UNet2DConditionModel(**unet_case["config"])),
             "text_encoder": (text_case, components.make_model(text_case))}
    for case, model in parts.values():
        components.fill(case, model)
    return {name: model for name, (_, model) in parts.items()}


def add_adapters(parts):
    """Low-rank layers of about a third of the weights' size, by formula."""
    for name, adapter in ADAPTERS.items():
        for part, model in parts.items():
            config = LoraConfig(r=adapter["rank"], lora_alpha=adapter["alpha"], target_modules=adapter[part],
                                init_lora_weights=False)
            inject_adapter_in_model(config, model, adapter_name=name)
            with torch.no_grad():
                for layer, module in model.named_modules():
                    if not isinstance(module, LoraLayer) or name not in module.lora_A:
                        continue
                    for half, scale in ((module.lora_A[name], 1.0), (module.lora_B[name], 0.6)):
                        which = "A" if half is module.lora_A[name] else "B"
                        shape = tuple(half.weight.shape)
                        values = formula.values(f"lora.{name}.{part}.{layer}.{which}", shape, 0.0,
                                                scale * (3.0 / np.prod(shape[1:])) ** 0.5)
                        half.weight.copy_(torch.from_numpy(values).half().float())


def published(part, state):
    """The part's name before, and the prefix that transformers 5 left out."""
    prefix = "text_encoder.text_model." if part == "text_encoder" else "unet."
    return {prefix + key: value.detach().half().contiguous() for key, value in state.items()}


def write_files(parts, folder):
    for name, adapter in ADAPTERS.items():
        state = {}
        for part, model in parts.items():
            state |= published(part, get_peft_model_state_dict(model, adapter_name=name))
        if name == "peft":
            safetensors.torch.save_file(state, folder / "peft.safetensors", metadata={"format": "pt"})
            safetensors.torch.save_file(convert_state_dict_to_diffusers(state), folder / "diffusers.safetensors")
            continue
        kohya = {}
        for key, value in state.items():
            module, half, _ = key.rsplit(".", 2)
            module = module.replace("text_encoder.", "lora_te.", 1).replace("unet.", "lora_unet.", 1).replace(".", "_")
            kohya[f"{module}.lora_{'down' if half == 'lora_A' else 'up'}.weight"] = value
            kohya[f"{module}.alpha"] = torch.tensor(float(adapter["alpha"])).half()
        # diffusers' own reader of kohya's files must find the same layers.
        back, alphas = _convert_non_diffusers_lora_to_diffusers(dict(kohya))
        assert len(back) == len(state) and len(alphas) == len(state) // 2, (len(back), len(state), len(alphas))
        metadata = {"ss_base_model_version": "sd_v1", "ss_output_name": "tiny", "ss_network_alpha": "1.5",
                    "ss_tag_frequency": json.dumps({"1_set": {"a lake": 3, "ink style": 12}, "2_set": {"a lake": 4}})}
        safetensors.torch.save_file(kohya, folder / "kohya.safetensors", metadata=metadata)


def set_weights(model, weights):
    for module in model.modules():
        if isinstance(module, LoraLayer):
            present = [name for name in weights if name in module.lora_A]
            module.set_adapter(present)
            for name in present:
                module.set_scale(name, weights[name])


def run(parts, dtype, weights, ids):
    for index, part in enumerate(("unet", "text_encoder")):
        set_weights(parts[part], {name: pair[index] for name, pair in weights.items()})
        parts[part].to(dtype).eval()
    given = lambda key, shape: torch.from_numpy(formula.normal_like(f"lora.{key}", shape)).to(dtype)
    with torch.no_grad():
        return {
            "unet": parts["unet"](given("sample", (2, 4, 8, 8)), torch.tensor([981.0, 1.0]),
                                  given("context", (2, 7, 32))).sample,
            "text_encoder": parts["text_encoder"](input_ids=ids).last_hidden_state,
        }


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = make_parts()
    add_adapters(parts)
    write_files(parts, folder)
    ids = torch.from_numpy(formula.token_ids("lora.ids", (2, 77), components.TEXT["vocab_size"] - 2))
    outputs, cases = {}, []
    for name, weights in CASES:
        single = run(parts, torch.float32, weights, ids)
        double = run(parts, torch.float64, weights, ids)
        for part, value in double.items():
            moved = float((single[part].double() - value).norm() / value.norm())
            assert torch.isfinite(value).all() and moved < 1e-5, (name, part, moved)
            outputs[f"{name}.{part}"] = value.to(torch.float32).numpy().copy()
        cases.append(dict(name=name, adapters={k: dict(weight=v[0], text_weight=v[1]) for k, v in weights.items()}))
    safetensors.numpy.save_file(outputs, folder / "outputs.safetensors")
    (folder / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
