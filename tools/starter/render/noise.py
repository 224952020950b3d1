# SPDX-License-Identifier: Apache-2.0
"""Band-limited random fields used by every layer."""

from __future__ import annotations

import cv2
import numpy as np

Array = np.ndarray


def smoothstep(lo: float, hi: float, v: Array) -> Array:
    """Cubic ramp from 0 at lo to 1 at hi."""
    t = np.clip((v - lo) / (hi - lo), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def fbm(rng: np.random.Generator, h: int, w: int, base: int = 4, octaves: int = 5,
        gain: float = 0.5, stretch: float = 1.0) -> Array:
    """Fractal noise [h, w] of zero mean and unit deviation.

    base is the number of cells across the width; stretch > 1 makes the
    features that many times wider than they are tall.
    """
    out = np.zeros((h, w), np.float32)
    amp = 1.0
    for octave in range(octaves):
        gw = base * 2 ** octave
        gh = max(2, int(gw * stretch * h / w))
        if gw > w or gh > 2 * h:
            break
        grid = rng.random((gh + 2, gw + 2), dtype=np.float32)
        out += amp * cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)
        amp *= gain
    mean, dev = cv2.meanStdDev(out)
    out -= np.float32(mean[0, 0])
    out *= np.float32(1.0 / (dev[0, 0] + 1e-6))
    return out


def ridged(rng: np.random.Generator, h: int, w: int, base: int, octaves: int) -> Array:
    """Ridged fractal noise [h, w] in 0..1 with sharp crests at 1."""
    out = np.zeros((h, w), np.float32)
    amp, total = 1.0, 0.0
    weight: Array | float = 1.0
    for octave in range(octaves):
        gw = base * 2 ** octave
        grid = rng.random((max(2, gw * h // w) + 2, gw + 2), dtype=np.float32)
        n = cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)
        r = 1.0 - np.abs(2.0 * n - 1.0)
        r = r * r
        out += amp * r * weight
        weight = np.clip(r * 1.6, 0.0, 1.0)
        total += amp
        amp *= 0.5
    return out / total


def luma(img: Array) -> Array:
    """Mean of the three components [h, w]."""
    return (img[..., 0] + img[..., 1] + img[..., 2]) / np.float32(3)


def line(rng: np.random.Generator, n: int, base: int = 3, octaves: int = 5,
         gain: float = 0.5) -> Array:
    """One-dimensional fractal noise [n], zero mean, unit deviation."""
    out = np.zeros(n, np.float32)
    amp = 1.0
    for octave in range(octaves):
        g = rng.random((1, base * 2 ** octave + 2), dtype=np.float32)
        out += amp * cv2.resize(g, (n, 1), interpolation=cv2.INTER_CUBIC)[0]
        amp *= gain
    out -= out.mean()
    return out / (out.std() + 1e-6)


def ground_noise(rng: np.random.Generator, rows: int, w: int, scale: float = 1.0,
                 squash: float = 3.0) -> Array:
    """Noise [rows, w] lying on a plane that recedes to row 0 (unit deviation)."""
    tile = fbm(rng, 256, 256, base=16, octaves=4, gain=0.6)
    d = (np.arange(rows, dtype=np.float32) + 3.0) / 128.0
    x = np.arange(w, dtype=np.float32) - w / 2
    mx = x[None, :] * (0.55 * scale / d[:, None]) ** 0.75 + 128.0
    my = np.mod(scale * squash * 22.0 * np.log(d) + 777.0, 255.0)
    my = np.repeat(my.astype(np.float32)[:, None], w, 1)
    return cv2.remap(tile, np.mod(mx, 255.0).astype(np.float32),
                     my, cv2.INTER_LINEAR)
