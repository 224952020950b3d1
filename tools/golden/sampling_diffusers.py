# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/samplers/diffusers.safetensors: timesteps, sigmas and scales of diffusers' schedulers.

    python tools/golden/sampling_diffusers.py

Made with diffusers 0.42.1, torch 2.13.0. Names: <class>.<spacing>.<steps>.{timesteps,sigmas,init_noise_sigma} with Stable
Diffusion's betas and steps_offset 1, table.<betas>, and to_t.{sigma,t} (EulerDiscreteScheduler's log-linear interpolation).
"""
from pathlib import Path

import diffusers
import numpy as np
import torch
from diffusers import DDIMScheduler, DPMSolverMultistepScheduler, EulerDiscreteScheduler
from safetensors.numpy import save_file

assert diffusers.__version__ == "0.42.1", diffusers.__version__
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)
out: dict[str, np.ndarray] = {}


def f64(x) -> np.ndarray:
    return np.asarray(x, dtype=np.float64).reshape(-1).copy()


for spacing in ("linspace", "leading", "trailing"):
    for steps in (1, 2, 7, 20, 30, 50, 300):
        if steps < 300 or spacing == "trailing":
            for last in ("zero", "sigma_min"):
                euler = EulerDiscreteScheduler(timestep_spacing=spacing, final_sigmas_type=last, **SD)
                euler.set_timesteps(steps)
                name = f"euler.{spacing}.{steps}" + (".sigma_min" if last == "sigma_min" else "")
                out[f"{name}.timesteps"], out[f"{name}.sigmas"] = f64(euler.timesteps), f64(euler.sigmas)
                out[f"{name}.init_noise_sigma"] = f64(euler.init_noise_sigma)
    for steps in (1, 7, 20, 50):
        ddim = DDIMScheduler(timestep_spacing=spacing, **SD)
        ddim.set_timesteps(steps)
        out[f"ddim.{spacing}.{steps}.timesteps"] = f64(ddim.timesteps)
        solver = DPMSolverMultistepScheduler(timestep_spacing=spacing, **SD)
        solver.set_timesteps(steps)
        out[f"multistep.{spacing}.{steps}.timesteps"], out[f"multistep.{spacing}.{steps}.sigmas"] = f64(solver.timesteps), f64(solver.sigmas)

for name, config in {
    "scaled_linear": SD,
    "linear": dict(beta_start=0.0001, beta_end=0.02, beta_schedule="linear"),
    "squaredcos_cap_v2": dict(beta_schedule="squaredcos_cap_v2"),
    "zero_snr": dict(SD, rescale_betas_zero_snr=True),
}.items():
    alphas = EulerDiscreteScheduler(**config).alphas_cumprod.double().numpy()
    out[f"table.{name}"] = np.sqrt((1 - alphas) / alphas)

euler = EulerDiscreteScheduler(**SD)
log_sigmas = np.log(((1 - euler.alphas_cumprod) / euler.alphas_cumprod).sqrt().numpy())
sigma = np.geomspace(0.02, 20, 40)
out["to_t.sigma"], out["to_t.t"] = sigma, f64([euler._sigma_to_t(s, log_sigmas) for s in sigma])

path = Path(__file__).parents[2] / "tests/golden/samplers/diffusers.safetensors"
save_file(out, path, metadata={"diffusers": diffusers.__version__, "torch": torch.__version__})
print(path, len(out), path.stat().st_size)
