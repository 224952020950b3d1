# SPDX-License-Identifier: Apache-2.0
"""Golden pictures of a tiny Stable Diffusion through diffusers' pipelines: python tools/golden/pipelines.py tests/golden/pipelines

Weights, noise and pictures are formulas (formula.py), the tokenizer is tests/golden/tokens/small; stored are the configs
(model.json), the requests (cases.json) and the resulting latents and pictures. The KL encoder's mode is taken instead of
a sample, since noise there has no name in a request.
"""
import json
import pathlib
import sys

import diffusers
import numpy as np
import safetensors.torch
import torch
from diffusers import AutoencoderKL, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

import formula

diffusers.utils.logging.set_verbosity_error()
diffusers.utils.logging.disable_progress_bar()
torch.set_num_threads(1)

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROMPT, NEGATIVE = "a mountain at sunset", "detailed"
HEIGHT, WIDTH, FACTOR = 32, 24, 2

MODEL = dict(
    text_encoder=dict(vocab_size=274, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                      max_position_embeddings=32, hidden_act="quick_gelu", layer_norm_eps=1e-5, eos_token_id=2,
                      bos_token_id=0, pad_token_id=1, projection_dim=32, model_type="clip_text_model",
                      architectures=["CLIPTextModel"]),
    unet=dict(sample_size=16, in_channels=4, out_channels=4, block_out_channels=[32, 64], layers_per_block=1,
              down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"], up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"],
              cross_attention_dim=32, attention_head_dim=4, norm_num_groups=8, norm_eps=1e-5),
    vae=dict(in_channels=3, out_channels=3, latent_channels=4, block_out_channels=[16, 32], layers_per_block=1,
             norm_num_groups=8, sample_size=32, down_block_types=["DownEncoderBlock2D"] * 2,
             up_block_types=["UpDecoderBlock2D"] * 2, scaling_factor=0.18215),
)
BETAS = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


def case(name, scheduler, sampler, schedule, steps=5, cfg=7.5, batch=1, mode="text", strength=1.0, **settings):
    request = dict(sampler=sampler, schedule=schedule, steps=steps, cfg=cfg, batch=batch)
    return dict(name=name, scheduler=scheduler, settings=BETAS | settings, request=request, mode=mode, strength=strength)


CASES = [
    case("ddim_leading", "DDIMScheduler", "ddim", "leading", clip_sample=False, set_alpha_to_one=False, steps_offset=1,
         timestep_spacing="leading"),
    case("ddim_trailing_v", "DDIMScheduler", "ddim", "trailing", clip_sample=False, timestep_spacing="trailing",
         prediction_type="v_prediction"),
    case("ddim_no_guidance", "DDIMScheduler", "ddim", "leading", cfg=1.0, clip_sample=False, steps_offset=1,
         timestep_spacing="leading"),
    case("euler_leading", "EulerDiscreteScheduler", "euler", "leading", steps_offset=1, timestep_spacing="leading"),
    case("euler_linspace_batch", "EulerDiscreteScheduler", "euler", "linspace", batch=2, timestep_spacing="linspace"),
    case("euler_trailing_v", "EulerDiscreteScheduler", "euler", "trailing", timestep_spacing="trailing",
         prediction_type="v_prediction"),
    case("euler_zero_snr_v", "EulerDiscreteScheduler", "euler", "trailing", timestep_spacing="trailing",
         prediction_type="v_prediction", rescale_betas_zero_snr=True),
    case("euler_ancestral", "EulerAncestralDiscreteScheduler", "euler_ancestral", "linspace", timestep_spacing="linspace"),
    case("heun", "HeunDiscreteScheduler", "heun", "linspace", timestep_spacing="linspace"),
    case("dpmpp_2m", "DPMSolverMultistepScheduler", "dpmpp_2m", "linspace_multistep", steps=6, timestep_spacing="linspace",
         algorithm_type="dpmsolver++", solver_order=2, final_sigmas_type="zero"),
    case("lms", "LMSDiscreteScheduler", "lms_k_diffusion", "linspace", timestep_spacing="linspace"),
    case("img2img_euler", "EulerDiscreteScheduler", "euler", "linspace", steps=8, mode="picture", strength=0.6,
         timestep_spacing="linspace"),
    case("inpaint_nine_channels", "EulerDiscreteScheduler", "euler", "linspace", steps=8, mode="inpaint", strength=0.75,
         timestep_spacing="linspace"),
    case("inpaint_blend", "EulerDiscreteScheduler", "euler", "linspace", steps=8, mode="blend", strength=0.75,
         timestep_spacing="linspace"),
]


def with_formula(model, prefix=""):
    state = {name: torch.from_numpy(formula.weight(prefix + name, tuple(value.shape))) if value.is_floating_point() else value
             for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model.eval()


def make_parts(channels):
    text = with_formula(CLIPTextModel(CLIPTextConfig(**MODEL["text_encoder"])), "text_model.")   # the prefix that files carry
    unet = with_formula(UNet2DConditionModel(**(MODEL["unet"] | dict(in_channels=channels))))
    vae = with_formula(AutoencoderKL(**MODEL["vae"]))
    return dict(text_encoder=text, unet=unet, vae=vae, tokenizer=CLIPTokenizer.from_pretrained(ROOT / "tests/golden/tokens/small"),
                safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def noise(name, batch):
    return torch.from_numpy(formula.normal_like(name, (batch, 4, HEIGHT // FACTOR, WIDTH // FACTOR)))


def picture():
    """[H, W, 3] bytes and the mask [H, W]: a block of latents' rows and columns, and a soft-free edge."""
    unit = formula.values("pipelines.picture", (HEIGHT, WIDTH, 3), 127.5, 127.0)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[8:24, 6:20] = 255
    return np.rint(unit).astype(np.uint8), mask


class Tape:
    """Replaces every draw of noise by the next formula."""

    def __init__(self, batch):
        self.batch, self.used = batch, 0

    def __call__(self, shape, generator=None, device=None, dtype=None, layout=None):
        self.used += 1
        return noise(f"pipelines.noise.{self.used - 1}", self.batch)


def to_signed(image):
    return torch.from_numpy(image.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]


def run(c):
    scheduler = getattr(diffusers, c["scheduler"])(**c["settings"])
    parts = make_parts(9 if c["mode"] == "inpaint" else 4) | dict(scheduler=scheduler)
    r = c["request"]
    common = dict(prompt=[PROMPT] * r["batch"], negative_prompt=[NEGATIVE] * r["batch"], num_inference_steps=r["steps"],
                  guidance_scale=r["cfg"], output_type="latent")
    start = noise("pipelines.latents", r["batch"])
    image, mask = picture()
    vae = parts["vae"]
    scale = vae.config.scaling_factor

    def mode_of(encoded, *args, **kwargs):
        return encoded.latent_dist.mode()

    module = sys.modules[type(scheduler).__module__]
    module.randn_tensor = Tape(r["batch"])
    if c["mode"] == "text":
        latents = StableDiffusionPipeline(**parts)(latents=start, **common).images
    elif c["mode"] == "picture":
        img2img = sys.modules[StableDiffusionImg2ImgPipeline.__module__]
        img2img.retrieve_latents, img2img.randn_tensor = mode_of, lambda *a, **k: start
        latents = StableDiffusionImg2ImgPipeline(**parts)(image=to_signed(image), strength=c["strength"], **common).images
    elif c["mode"] == "inpaint":
        inpaint = sys.modules[StableDiffusionInpaintPipeline.__module__]
        inpaint.retrieve_latents, inpaint.randn_tensor = mode_of, lambda *a, **k: start
        latents = StableDiffusionInpaintPipeline(**parts)(
            image=to_signed(image), mask_image=torch.from_numpy(mask / 255.0).float()[None, None], height=HEIGHT, width=WIDTH,
            strength=c["strength"], **common).images
    else:
        latents = blend(parts, c, start, image, mask)
    decoded = vae.decode(latents / scale).sample
    return latents, (decoded / 2 + 0.5).clamp(0, 1)


def blend(parts, c, start, image, mask):
    """Inpainting with an ordinary model: unmasked latents are the noised picture before each step, and the picture's own
    in the estimate (models/pipeline/start.h)."""
    pipeline, r = StableDiffusionPipeline(**parts), c["request"]
    positive, negative = pipeline.encode_prompt(PROMPT, "cpu", 1, True, NEGATIVE)
    scheduler, unet, vae = parts["scheduler"], parts["unet"], parts["vae"]
    scheduler.set_timesteps(r["steps"])
    keep = r["steps"] - min(int(r["steps"] * c["strength"]), r["steps"])
    kept = vae.encode(to_signed(image)).latent_dist.mode() * vae.config.scaling_factor
    m = torch.nn.functional.max_pool2d(torch.from_numpy(mask / 255.0).float()[None, None], FACTOR)
    sigmas, times = scheduler.sigmas[keep:], scheduler.timesteps[keep:]
    x = kept + start * sigmas[0]
    for i, t in enumerate(times):
        sigma = sigmas[i]
        x = x * m + (kept + start * sigma) * (1 - m)
        scaled = x / (sigma**2 + 1) ** 0.5
        eps = [unet(scaled, t, encoder_hidden_states=e).sample for e in (negative, positive)]
        x0 = x - sigma * (eps[0] + r["cfg"] * (eps[1] - eps[0]))
        x0 = x0 * m + kept * (1 - m)
        x = x + (x - x0) / sigma * (sigmas[i + 1] - sigma)
    return x


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    tensors = {}
    with torch.no_grad():
        for c in CASES:
            latents, image = run(c)
            tensors[c["name"] + ".latents"] = latents.float().contiguous()
            tensors[c["name"] + ".image"] = image.float().contiguous()
            print(f"{c['name']:24} latents {latents.std():8.3f} image {image.mean():.3f}")
    safetensors.torch.save_file(tensors, out / "pipelines.safetensors")
    (out / "model.json").write_text(json.dumps(dict(
        prompt=PROMPT, negative=NEGATIVE, height=HEIGHT, width=WIDTH, **MODEL), indent=1) + "\n")
    (out / "cases.json").write_text(json.dumps(CASES, indent=1) + "\n")


main(pathlib.Path(sys.argv[1]))
