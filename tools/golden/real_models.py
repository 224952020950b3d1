# SPDX-License-Identifier: Apache-2.0
"""Facts about published Stable Diffusion 1.x and 2.x folders, small enough to keep: their configs, and of each
component the number of tensors, of values, and a hash of all names and shapes.

    python tools/golden/real_models.py REFERENCE tests/golden/components/real_models.json

REFERENCE holds configs/<owner>/<model>/... and manifests/<key>.<component>.json.gz (names and shapes of all tensors).
"""
import gzip
import json
import math
import pathlib
import sys

import formula

MODELS = {
    "sd15": "runwayml/stable-diffusion-v1-5",
    "sd15_inpaint": "runwayml/stable-diffusion-inpainting",
    "sd21": "stabilityai/stable-diffusion-2-1",
    "sd2_inpaint": "stabilityai/stable-diffusion-2-inpainting",
}
FILES = ["model_index.json", "scheduler/scheduler_config.json", "text_encoder/config.json", "unet/config.json",
         "vae/config.json"]


def main(reference, target):
    reference = pathlib.Path(reference)
    models = []
    for key, repository in MODELS.items():
        folder = reference / "configs" / repository
        model = dict(name=key, repository=repository, files={f: json.loads((folder / f).read_text()) for f in FILES})
        for component in ("text_encoder", "unet", "vae"):
            tensors = json.loads(gzip.open(reference / "manifests" / f"{key}.{component}.json.gz").read())["tensors"]
            lines = sorted(f"{name} {shape}" for name, (_, shape) in tensors.items())
            model[component] = dict(weights=len(lines), values=sum(math.prod(shape) for _, shape in tensors.values()),
                                    weights_hash=f"{formula.hash_name(chr(10).join(lines)):016x}")
        models.append(model)
    pathlib.Path(target).write_text("[\n" + ",\n".join(json.dumps(m) for m in models) + "\n]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
