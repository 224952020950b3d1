# SPDX-License-Identifier: Apache-2.0
"""Cuts tests/golden/samplers/comfy.safetensors out of the big reference file of sampler trajectories.

    python tools/golden/sampling_fixture.py REFERENCE_FOLDER

REFERENCE_FOLDER holds samplers.safetensors and samplers.json: ComfyUI's samplers and schedules, executed (see "source" in
the JSON's meta, copied into the fixture). Nothing is computed here. Needs safetensors 0.6 and numpy.
"""
import json
import sys
from pathlib import Path

from safetensors.numpy import load_file, save_file

SAMPLERS = ("euler euler_ancestral heun dpmpp_2m dpmpp_2m_sde dpmpp_2m_sde_heun ddim ddpm lms uni_pc uni_pc_bh2 lcm").split()
SCHEDULES = "normal karras exponential sgm_uniform simple ddim_uniform".split()
MODELS = "sd sd_zsnr".split()


def wanted(name: str) -> bool:
    part = name.split(".")
    match part[0]:
        case "init_noise" | "noise_tape" | "mix":
            return True
        case "traj":
            return part[1] == "sd" and part[2] in SAMPLERS
        case "schedule":
            return part[1] in MODELS and part[2] in SCHEDULES
        case "table" | "convert":
            return part[1] in MODELS
        case "denoise":
            return part[1] == "sd" and part[2] in SCHEDULES
    return False


def main() -> None:
    source = Path(sys.argv[1])
    meta = json.loads((source / "samplers.json").read_text())["meta"]
    tensors = {k: v for k, v in load_file(source / "samplers.safetensors").items() if wanted(k)}
    tensors["noise_tape"] = tensors["noise_tape"][:16].copy()
    target = Path(__file__).parents[2] / "tests/golden/samplers/comfy.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, target, metadata={k: str(v) for k, v in meta.items()})
    print(f"{target}: {len(tensors)} tensors, {target.stat().st_size} bytes")


main()
