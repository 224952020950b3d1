# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/samplers/rng.safetensors: what torch.randn gives on a CPU generator, for several seeds and sizes.

    python tools/golden/sampling_rng.py

Made with torch 2.13.0 (x86-64, AVX2 or AVX512) and safetensors 0.8. Names: cpu.<seed>.<call>.<count>; calls of one seed
follow one another on one generator.
"""
from pathlib import Path

import torch
from safetensors.torch import save_file

assert torch.__version__.startswith("2.13.0"), torch.__version__
CALLS = (1024, 3, 16, 1, 37, 7, 31, 400)
tensors = {}
for seed in (0, 1, 42, 123456789012, 2**63 + 5):
    generator = torch.Generator().manual_seed(seed)
    for call, count in enumerate(CALLS):
        tensors[f"cpu.{seed}.{call}.{count}"] = torch.randn(count, generator=generator)
path = Path(__file__).parents[2] / "tests/golden/samplers/rng.safetensors"
save_file(tensors, path, metadata={"torch": torch.__version__, "capability": torch.backends.cpu.get_cpu_capability()})
print(path, path.stat().st_size)
