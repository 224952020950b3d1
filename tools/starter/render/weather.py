# SPDX-License-Identifier: Apache-2.0
"""Fog, rain and falling snow laid over a finished scene."""

from __future__ import annotations

import cv2
import numpy as np

from .noise import fbm
from .palette import Light, rgb

Array = np.ndarray
W = 256


def fog(img: Array, rng: np.random.Generator, light: Light, horizon: float, amount: float) -> None:
    """Banks of mist round the horizon, thinning towards the viewer."""
    y = np.arange(W, dtype=np.float32)[:, None]
    d = (y - horizon) / W
    band = np.where(d < 0, np.exp(-(d / .20) ** 2), np.exp(-(d / .26) ** 2))
    n = fbm(rng, W, W, 3, 4, .5, 3.2)
    a = np.clip(amount * (band * (.82 + .22 * n) + .12), 0, .93)[..., None]
    img += (light.haze * 1.03 - img) * a


def rain(img: Array, rng: np.random.Generator, heavy: float) -> None:
    """Slanted streaks of rain."""
    layer = np.zeros((W, W), np.float32)
    n = int(260 * heavy)
    slant = rng.uniform(-.22, .22)
    x, y = rng.uniform(-20, W + 20, n), rng.uniform(-20, W, n)
    ln = rng.uniform(10, 24, n)
    p0 = np.stack([x, y], 1)
    p1 = np.stack([x + ln * slant, y + ln], 1)
    lines = (np.stack([p0, p1], 1) * 8).astype(np.int32)
    cv2.polylines(layer, list(lines), False, 1.0, 1, cv2.LINE_AA, 3)
    img *= .94
    img += (rgb(.86, .89, .94) - img) * (np.clip(layer, 0, 1) * .42)[..., None]


def snow(img: Array, rng: np.random.Generator, heavy: float, light: Light) -> None:
    """Snow flakes of three sizes."""
    flake = np.minimum(light.ambient * 1.3 + light.key * .9 + .25, 1.0)
    for n, r in ((230, 1.0), (90, 1.7), (26, 2.6)):
        layer = np.zeros((W, W), np.float32)
        for cx, cy in rng.uniform(0, W, (int(n * heavy), 2)):
            cv2.circle(layer, (int(cx * 8), int(cy * 8)), int(r * rng.uniform(.8, 1.2) * 8), 1.0, -1, cv2.LINE_AA, 3)
        img += (flake - img) * (np.clip(layer, 0, 1) * .88)[..., None]
