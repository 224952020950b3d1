# SPDX-License-Identifier: Apache-2.0
"""Run the cases that `igneous bench --json` printed with PyTorch, eager and compiled, and print the same kind of lines.

Half precision on a GPU (tensor cores, f32 sums), float32 on a CPU unless --half; pictures channels-last, attention by
SDPA, random data. Times are of the wall with the device waited for: all that PyTorch does to run an op belongs to it.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import torch.nn.functional as F

Run = Callable[[], object]


class Shapes:
    """Makes what a case computes from its name and its shape's numbers; weights of random values."""

    def __init__(self, device: str, dtype: torch.dtype) -> None:
        self.device, self.dtype = device, dtype

    def values(self, *shape: int, scale: float = 1.0) -> torch.Tensor:
        return (torch.randn(*shape, device=self.device) * scale).to(self.dtype)

    def picture(self, batch: int, side: int, channels: int) -> torch.Tensor:
        return self.values(batch, channels, side, side).to(memory_format=torch.channels_last)

    def linear(self, name: str, rows: int, columns: int, out: int) -> Run:
        wide = 2 * out if name == "linear.geglu" else out
        x, w, b = self.values(rows, columns), self.values(wide, columns, scale=0.02), self.values(wide)
        residual = self.values(rows, out)

        def geglu() -> torch.Tensor:
            value, gate = F.linear(x, w, b).chunk(2, dim=-1)
            return value * F.gelu(gate)

        return {
            "linear": lambda: F.linear(x, w, b),
            "linear.geglu": geglu,
            "linear.gelu": lambda: F.gelu(F.linear(x, w, b)),
            "linear.residual": lambda: F.linear(x, w, b) + residual,
        }[name]

    def conv(self, name: str, batch: int, side: int, channels: int, out: int) -> Run:
        kernel = 1 if "1x1" in name else 3
        x = self.picture(batch, side, channels)
        w = self.values(out, channels, kernel, kernel, scale=0.02).to(memory_format=torch.channels_last)
        b, stride = self.values(out), 2 if name.endswith(".down") else 1
        if name.endswith(".up"):
            return lambda: F.conv2d(F.interpolate(x, scale_factor=2.0, mode="nearest"), w, b, padding=1)
        return lambda: F.conv2d(x, w, b, stride=stride, padding=kernel // 2)

    def attention(self, name: str, batch: int, queries: int, keys: int, heads: int, depth: int) -> Run:
        def by_head(length: int) -> torch.Tensor:
            return self.values(batch, length, heads, depth).transpose(1, 2)

        q, k, v = by_head(queries), by_head(keys), by_head(keys)
        return lambda: F.scaled_dot_product_attention(q, k, v, is_causal=name.endswith(".causal"))

    def group_norm(self, batch: int, side: int, channels: int) -> Run:
        x, scale, shift = self.picture(batch, side, channels), self.values(channels), self.values(channels)
        return lambda: F.silu(F.group_norm(x, 32, scale, shift, 1e-5))

    def layer_norm(self, rows: int, channels: int) -> Run:
        x, scale, shift = self.values(1, rows, channels), self.values(channels), self.values(channels)
        return lambda: F.layer_norm(x, (channels,), scale, shift, 1e-5)

    def convert(self, name: str, rows: int, columns: int) -> Run:
        to_single = name.endswith("f32")
        x = torch.randn(rows, columns, device=self.device, dtype=torch.float16 if to_single else torch.float32)
        return lambda: x.to(torch.float32 if to_single else torch.float16)

    def make(self, name: str, shape: str) -> Run | None:
        """None for a case that has no counterpart here."""
        numbers = [int(n) for n in re.findall(r"\d+", shape)]
        if name.startswith("linear"):
            return self.linear(name, *numbers)
        if name.startswith("conv2d."):
            return self.conv(name, *(numbers[:1] + numbers[2:] if len(numbers) == 5 else [1] + numbers[1:]))
        if name.startswith("attention."):
            return self.attention(name, *(numbers if len(numbers) == 5 else [1] + numbers))
        if name == "group_norm.silu":
            return self.group_norm(*(numbers[:1] + numbers[2:] if len(numbers) == 4 else [1] + numbers[1:]))
        if name == "layer_norm":
            return self.layer_norm(*numbers)
        if name.startswith("convert."):
            return self.convert(name, *numbers)
        if name.startswith("e2e."):
            return self.model(name, shape)
        return None

    def model(self, name: str, shape: str) -> Run | None:
        """A part of Stable Diffusion 1.5 or SDXL's UNet with random weights, from diffusers."""
        if shape.startswith("starter") or name not in ("e2e.step", "e2e.vae_decode", "e2e.text_encoder"):
            return None
        import diffusers
        import transformers

        place = {"device": self.device, "dtype": self.dtype}
        if name == "e2e.text_encoder":
            config = transformers.CLIPTextConfig(
                hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12
            )
            text = transformers.CLIPTextModel(config).eval().to(**place)
            ids = torch.randint(0, 49407, (1, 77), device=self.device)
            return Network(text, ids)
        side = int(re.search(r"(\d+)x\d+", shape)[1]) // 8
        if name == "e2e.vae_decode":
            kl = diffusers.AutoencoderKL(
                block_out_channels=(128, 256, 512, 512), layers_per_block=2,
                down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
            )
            decode = Decoder(kl.eval()).to(**place, memory_format=torch.channels_last)
            return Network(decode, self.picture(1, side, 4))
        unet = diffusers.UNet2DConditionModel(**(SDXL if shape.startswith("sdxl") else SD15))
        unet = unet.eval().to(**place, memory_format=torch.channels_last)
        rows = 2 * int(re.search(r" B(\d+)", shape)[1])
        context = self.values(rows, 77, unet.config.cross_attention_dim)
        return Network(unet, self.picture(rows, side, 4), torch.tensor(500, device=self.device), context)


SD15 = {"cross_attention_dim": 768, "attention_head_dim": 8}
SDXL = {
    "block_out_channels": (320, 640, 1280), "attention_head_dim": (5, 10, 20), "cross_attention_dim": 2048,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10), "use_linear_projection": True,
}


class Decoder(torch.nn.Module):
    """The way from latents to a picture as a module's forward."""

    def __init__(self, kl: torch.nn.Module) -> None:
        super().__init__()
        self.post_quant_conv, self.decoder = kl.post_quant_conv, kl.decoder

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.post_quant_conv(latents))


class Network:
    """A module and its inputs; compiled as a whole."""

    def __init__(self, module: torch.nn.Module, *inputs: torch.Tensor) -> None:
        self.module, self.inputs = module, inputs

    def __call__(self) -> object:
        return self.module(*self.inputs)


def compiled(run: Run) -> Run:
    """What torch.compile makes of it, with CUDA graphs where there is CUDA."""
    mode = "max-autotune" if torch.cuda.is_available() else "default"
    if isinstance(run, Network):
        return Network(torch.compile(run.module, mode=mode), *run.inputs)
    return torch.compile(run, mode=mode)


def measure(run: Run, runs: int, seconds: float) -> dict[str, float | int]:
    """Median, tenth and nine tenths in milliseconds, within the limits of `igneous bench`."""

    def once() -> float:
        start = time.perf_counter()
        run()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        return 1e3 * (time.perf_counter() - start)

    once()
    once()
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < runs and (
        not times or time.perf_counter() - start < seconds * (10 if len(times) < 3 else 1)
    ):
        times.append(once())
    deciles = statistics.quantiles(times, n=10, method="inclusive") if len(times) > 1 else times * 9
    return {"ms": statistics.median(times), "p10": deciles[0], "p90": deciles[8], "runs": len(times)}


def cases(path: Path) -> Iterator[tuple[str, str]]:
    """Name and shape of every case in a file of `igneous bench --json`, once each."""
    seen: set[tuple[str, str]] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "name" in row and (case := (row["name"], row["shape"])) not in seen:
            seen.add(case)
            yield case


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path, help="what igneous bench --json printed")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--half", action="store_true", help="float16 on a CPU too")
    parser.add_argument("--eager-only", action="store_true")
    parser.add_argument("--threads", type=int, default=0, help="of a CPU; 0: as PyTorch chooses")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.float16 if device == "cuda" or args.half else torch.float32
    name = torch.cuda.get_device_name() if device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    version = f"PyTorch {torch.__version__}"
    header = {"program": version, "device": name, "dtype": str(dtype).removeprefix("torch.")}
    print(json.dumps({"bench": header}), flush=True)
    shapes = Shapes(device, dtype)
    with torch.inference_mode():
        for case, shape in cases(args.cases):
            torch.compiler.reset()
            run = shapes.make(case, shape)
            if run is None:
                continue
            for variant in ["eager"] if args.eager_only else ["eager", "compiled"]:
                try:
                    times = measure(run if variant == "eager" else compiled(run), args.runs, args.seconds)
                except RuntimeError as error:  # out of memory, say: the other cases go on
                    print(f"{case} {shape} {variant}: {error}", file=sys.stderr)
                    continue
                print(json.dumps({"name": case, "shape": shape, "variant": variant, **times}), flush=True)


if __name__ == "__main__":
    main()
