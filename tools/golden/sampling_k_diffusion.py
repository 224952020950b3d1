# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/samplers/k_diffusion.safetensors: trajectories in double precision at several step counts.

    python tools/golden/sampling_k_diffusion.py K_DIFFUSION_CHECKOUT

Runs k_diffusion/sampling.py of crowsonkb/k-diffusion at 4601bf0 on the Gaussian mixture denoiser of comfy.safetensors (cfg 2).
Made with torch 2.13.0 and scipy 1.17.1. Names: <sampler>.<schedule>.<steps>.out and sigmas.<schedule>.<steps>, all f64. The
Brownian noise and the ODE solvers, which nothing here uses, are stubs.
"""
import sys
import types
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

GOLDEN = Path(__file__).parents[2] / "tests/golden/samplers"


def load_sampling(checkout: str) -> types.ModuleType:
    for name in ("torchdiffeq", "torchsde", "k_diffusion", "k_diffusion.utils"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["torchdiffeq"].odeint = None
    sys.modules["k_diffusion"].utils = sys.modules["k_diffusion.utils"]
    sys.modules["k_diffusion.utils"].append_dims = lambda x, n: x[(...,) + (None,) * (n - x.ndim)]
    module = types.ModuleType("k_diffusion.sampling")
    module.__package__ = "k_diffusion"
    path = Path(checkout) / "k_diffusion/sampling.py"
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    return module


def main() -> None:
    sampling = load_sampling(sys.argv[1])
    data = {k: v.double() for k, v in load_file(GOLDEN / "comfy.safetensors").items()}

    def mixture(name: str, x: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        mu, s, w = data[f"{name}.mu"][:, None], data[f"{name}.s"].view(-1, 1, 1, 1, 1), data[f"{name}.w"].view(-1, 1, 1, 1, 1)
        v = s**2 + sigma**2
        r = torch.softmax(w.log() - v.log() / 2 - (x - mu) ** 2 / (2 * v), 0)
        return (r * (mu * sigma**2 + s**2 * x) / v).sum(0)

    def model(x, sigma, **_):
        uncond = mixture("mix.uncond", x, sigma[0])
        return uncond + 2 * (mixture("mix.cond", x, sigma[0]) - uncond)

    out: dict[str, torch.Tensor] = {}
    for schedule in ("karras", "exponential"):
        for steps in (1, 3, 12):
            make = getattr(sampling, f"get_sigmas_{schedule}")
            sigmas = make(steps, 0.0291671775, 14.6146411896).double()
            out[f"sigmas.{schedule}.{steps}"] = sigmas
            for name, function, options in (
                ("euler", "euler", {}), ("heun", "heun", {}), ("lms_k_diffusion", "lms", {}), ("dpmpp_2m", "dpmpp_2m", {}),
                ("euler_ancestral", "euler_ancestral", {}), ("dpmpp_2m_sde", "dpmpp_2m_sde", {"solver_type": "midpoint"}),
                ("dpmpp_2m_sde_heun", "dpmpp_2m_sde", {"solver_type": "heun"}),
            ):
                if steps == 1 and function == "dpmpp_2m_sde":
                    continue                             # fails there
                tape = iter(data["noise_tape"])
                if name in ("euler_ancestral", "dpmpp_2m_sde", "dpmpp_2m_sde_heun"):
                    options = dict(options, noise_sampler=lambda *_: next(tape))
                x = data["init_noise"] * sigmas[0]
                out[f"{name}.{schedule}.{steps}.out"] = getattr(sampling, f"sample_{function}")(model, x, sigmas, disable=True, **options)
    path = GOLDEN / "k_diffusion.safetensors"
    save_file({k: v.contiguous() for k, v in out.items()}, path, metadata={"source": "crowsonkb/k-diffusion@4601bf0"})
    print(path, len(out), path.stat().st_size)


main()
