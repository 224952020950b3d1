# SPDX-License-Identifier: Apache-2.0
"""Golden outputs of tiny text encoders, UNets and autoencoders in every option that Stable Diffusion 1.x and 2.x
folders use: python tools/golden/components.py tests/golden/components

Weights and inputs are formulas (formula.py); stored are the configs, the inputs' shapes, a hash of the weights' names
and shapes, and what diffusers and transformers make of them in float64, rounded once. Every case is also run in float32
and must agree, so that the numbers do not hang on the type.
"""
import json
import pathlib
import sys

import diffusers
import numpy as np
import safetensors.numpy
import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import formula

diffusers.utils.logging.set_verbosity_error()
torch.manual_seed(0)
torch.set_num_threads(2)

TEXT = dict(vocab_size=300, hidden_size=32, intermediate_size=80, num_hidden_layers=3, num_attention_heads=4,
            max_position_embeddings=77, hidden_act="quick_gelu", layer_norm_eps=1e-5, eos_token_id=2, bos_token_id=0,
            pad_token_id=1, projection_dim=24, model_type="clip_text_model", architectures=["CLIPTextModel"])

UNET = dict(sample_size=8, in_channels=4, out_channels=4, block_out_channels=[32, 64], layers_per_block=1,
            down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
            up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"],
            cross_attention_dim=24, attention_head_dim=4, norm_num_groups=8, norm_eps=1e-5)

KL = dict(in_channels=3, out_channels=3, latent_channels=4, block_out_channels=[16, 32], layers_per_block=1,
          norm_num_groups=8, sample_size=16, down_block_types=["DownEncoderBlock2D"] * 2,
          up_block_types=["UpDecoderBlock2D"] * 2)

TINY = dict(encoder_block_out_channels=[16] * 3, decoder_block_out_channels=[16] * 3, num_encoder_blocks=[1, 2, 2],
            num_decoder_blocks=[2, 2, 1], latent_channels=4)

THREE = dict(block_out_channels=[32, 48, 64],
             down_block_types=["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
             up_block_types=["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"])


def text(name, ids, eos=(), **changes):
    return dict(name=name, component="text_encoder", config=TEXT | changes, ids=list(ids), eos=list(eos))


def unet(name, sample, tokens=7, timesteps=None, **changes):
    """sample: [N, H, W] of the latents."""
    config = UNET | changes
    n, h, w = sample
    return dict(name=name, component="unet", config=config, sample=[n, config["in_channels"], h, w],
                context=[n, tokens, config["cross_attention_dim"]], timesteps=timesteps or [981.0, 1.0, 500.5][:n])


def kl(name, picture, latent, **changes):
    config = KL | changes
    return dict(name=name, component="autoencoder_kl", config=config,
                sample=[picture[0], config["in_channels"], *picture[1:]],
                latent=[latent[0], config["latent_channels"], *latent[1:]])


def tiny(name, picture, latent, **changes):
    config = TINY | changes
    return dict(name=name, component="autoencoder_tiny", config=config, sample=[picture[0], 3, *picture[1:]],
                latent=[latent[0], config["latent_channels"], *latent[1:]])


CASES = [
    text("text_quick_gelu", (2, 77)),
    text("text_gelu_short", (3, 9), hidden_act="gelu", num_attention_heads=2, layer_norm_eps=1e-6),
    text("text_first_eos", (2, 13), eos=[(0, 4), (0, 8), (1, 12)], eos_token_id=299, pad_token_id=299,
         num_hidden_layers=2),
    text("text_projection", (2, 11), eos=[(0, 3), (1, 10)], eos_token_id=298, hidden_act="gelu", num_hidden_layers=1,
         architectures=["CLIPTextModelWithProjection"]),

    unet("unet_plain", (2, 8, 8)),
    unet("unet_odd_size", (1, 9, 7)),
    unet("unet_three_levels_odd", (2, 13, 11), layers_per_block=2, sample_size=13, **THREE),
    unet("unet_heads_per_level", (2, 8, 6), attention_head_dim=[2, 8], use_linear_projection=True,
         upcast_attention=True),
    unet("unet_linear_odd", (1, 7, 10), attention_head_dim=[2, 4], use_linear_projection=True, tokens=5),
    unet("unet_inpainting", (2, 8, 8), in_channels=9),
    unet("unet_five_channels", (1, 6, 8), in_channels=5, out_channels=3),
    unet("unet_only_cross_attention", (2, 8, 8), only_cross_attention=[True, False]),
    unet("unet_only_cross_everywhere", (1, 8, 8), only_cross_attention=True,
         down_block_types=["CrossAttnDownBlock2D"] * 2, up_block_types=["CrossAttnUpBlock2D"] * 2),
    unet("unet_no_attention_in_levels", (1, 8, 8), down_block_types=["DownBlock2D"] * 2,
         up_block_types=["UpBlock2D"] * 2),
    unet("unet_time_options", (3, 8, 8), flip_sin_to_cos=False, freq_shift=1, time_embedding_dim=40),
    unet("unet_centered_input", (1, 8, 8), center_input_sample=True),
    unet("unet_mid_scale", (2, 8, 8), mid_block_scale_factor=1.5),
    unet("unet_downsample_padding", (1, 8, 12), downsample_padding=0),
    unet("unet_downsample_padding_odd", (1, 9, 11), downsample_padding=0),
    unet("unet_layers_per_level", (1, 8, 8), layers_per_block=[1, 2], transformer_layers_per_block=[2, 1],
         down_block_types=["CrossAttnDownBlock2D"] * 2, up_block_types=["CrossAttnUpBlock2D"] * 2),
    unet("unet_kernels", (1, 8, 8), conv_in_kernel=5, conv_out_kernel=1),
    unet("unet_norm_options", (1, 8, 8), norm_num_groups=16, norm_eps=1e-3),
    unet("unet_head_dim_40", (1, 8, 8), block_out_channels=[80, 160], norm_num_groups=16, attention_head_dim=2),
    unet("unet_one_level", (1, 5, 3), block_out_channels=[32], down_block_types=["CrossAttnDownBlock2D"],
         up_block_types=["CrossAttnUpBlock2D"]),
    unet("unet_long_text", (1, 8, 8), tokens=154),

    kl("kl_plain", (2, 16, 16), (2, 8, 8)),
    kl("kl_odd_sizes", (1, 19, 14), (1, 5, 7), layers_per_block=2),
    kl("kl_three_levels", (1, 20, 12), (1, 3, 5), block_out_channels=[16, 24, 32],
       down_block_types=["DownEncoderBlock2D"] * 3, up_block_types=["UpDecoderBlock2D"] * 3),
    kl("kl_no_quant_conv", (1, 16, 16), (1, 8, 8), latent_channels=16, use_quant_conv=False, use_post_quant_conv=False,
       scaling_factor=0.3611, shift_factor=0.1159),
    kl("kl_no_attention", (1, 16, 16), (1, 8, 8), mid_block_add_attention=False),
    kl("kl_other_channels", (1, 16, 16), (1, 8, 8), in_channels=4, out_channels=1, latent_channels=3,
       norm_num_groups=4),

    tiny("tiny_plain", (2, 16, 16), (2, 4, 4)),
    tiny("tiny_odd_sizes", (1, 18, 13), (1, 5, 3)),
    tiny("tiny_silu", (1, 16, 16), (1, 4, 4), act_fn="silu"),
    tiny("tiny_gelu_bilinear", (1, 16, 16), (1, 4, 5), act_fn="gelu", upsample_fn="bilinear"),
    tiny("tiny_upsampling_factor", (1, 8, 8), (1, 4, 3), upsampling_scaling_factor=3),
    tiny("tiny_two_levels", (1, 8, 8), (1, 4, 4), encoder_block_out_channels=[24, 24],
         decoder_block_out_channels=[16, 16], num_encoder_blocks=[0, 1], num_decoder_blocks=[1, 0], latent_channels=16,
         latent_magnitude=2, latent_shift=0.25),
]


def make_model(case):
    config = dict(case["config"])
    match case["component"]:
        case "text_encoder":
            classes = {"CLIPTextModel": CLIPTextModel, "CLIPTextModelWithProjection": CLIPTextModelWithProjection}
            config["attn_implementation"] = "eager"
            return classes[config["architectures"][0]](CLIPTextConfig(**config))
        case "unet":
            return UNet2DConditionModel(**config)
        case "autoencoder_kl":
            return AutoencoderKL(**config)
        case "autoencoder_tiny":
            return AutoencoderTiny(**config)


def published_name(case, name):
    """transformers 5 left out the prefix that files carry."""
    if case["component"] == "text_encoder" and not name.startswith(("text_model.", "text_projection.")):
        return "text_model." + name
    return name


def fill(case, model):
    """Sets every parameter by formula; gives the list of names and shapes."""
    listed = []
    with torch.no_grad():
        for name, parameter in model.state_dict().items():
            if name.endswith("position_ids"):
                continue
            public = published_name(case, name)
            parameter.copy_(torch.from_numpy(formula.weight(public, tuple(parameter.shape))))
            listed.append(f"{public} {list(parameter.shape)}")
    return sorted(listed)


def run(case, model, dtype):
    name = case["name"]
    given = lambda key: torch.from_numpy(formula.normal_like(f"{name}.{key}", case[key])).to(dtype)
    model = model.to(dtype).eval()
    match case["component"]:
        case "text_encoder":
            ids = formula.token_ids(f"{name}.ids", case["ids"], case["config"]["vocab_size"] - 2)
            for row, at in case["eos"]:
                ids[row, at] = case["config"]["eos_token_id"]
            out = model(input_ids=torch.from_numpy(ids), output_hidden_states=True)
            named = {f"hidden_states.{i}": h for i, h in enumerate(out.hidden_states)}
            named["last_hidden_state"] = out.last_hidden_state
            if hasattr(out, "text_embeds"):
                named["text_embeds"] = out.text_embeds
            else:
                named["pooler_output"] = out.pooler_output
            return named
        case "unet":
            timesteps = torch.tensor(case["timesteps"], dtype=torch.float32)
            return {"sample": model(given("sample"), timesteps, given("context")).sample}
        case "autoencoder_kl":
            dist = model.encode(given("sample")).latent_dist
            return {"mean": dist.mean, "logvar": dist.logvar, "decoded": model.decode(given("latent")).sample}
        case "autoencoder_tiny":
            return {"mean": model.encode(given("sample")).latents, "decoded": model.decode(given("latent")).sample}


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cases, worst, total = [], 0.0, 0
    for case in CASES:
        model = make_model(case)
        listed = fill(case, model)
        with torch.no_grad():
            single = run(case, model, torch.float32)
            double = run(case, model, torch.float64)
        moved = 0.0
        for key, value in double.items():
            assert torch.isfinite(value).all(), (case["name"], key)
            moved = max(moved, float((single[key].double() - value).norm() / value.norm()))
        assert moved < 1e-5, (case["name"], moved)
        worst = max(worst, moved)
        file = folder / f"{case['name']}.safetensors"
        safetensors.numpy.save_file({k: v.to(torch.float32).numpy().copy() for k, v in double.items()}, file)
        total += file.stat().st_size
        cases.append(case | dict(weights=len(listed), weights_hash=f"{formula.hash_name(chr(10).join(listed)):016x}",
                                 float32_moves=float(f"{moved:.2g}")))
        print(f"{case['name']:32} {len(listed):4} weights  {file.stat().st_size:7} bytes  float32 moves {moved:.1e}")
    lines = ",\n".join(json.dumps(case) for case in cases)
    (folder / "cases.json").write_text("[\n" + lines + "\n]\n")
    print(f"{len(cases)} cases, {total} bytes, float32 moves at most {worst:.1e}")


if __name__ == "__main__":
    main(sys.argv[1])
