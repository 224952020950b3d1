# SPDX-License-Identifier: Apache-2.0
"""Pictorial styles applied to a finished 256-pixel picture."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.spatial import Delaunay

from .noise import fbm, luma, smoothstep

Array = np.ndarray
W = 256


def kuwahara(img: Array, r: int) -> Array:
    """Each pixel becomes the mean of its calmest quadrant of r pixels."""
    g = img @ np.array((.3, .6, .1), np.float32)
    k = (r + 1, r + 1)
    mean = cv2.boxFilter(img, -1, k, anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    m1 = cv2.boxFilter(g, -1, k, anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    m2 = cv2.boxFilter(g * g, -1, k, anchor=(0, 0), borderType=cv2.BORDER_REFLECT)
    var = m2 - m1 * m1
    best, out = None, None
    for dy in (0, r):
        for dx in (0, r):
            v, m = np.roll(var, (dy, dx), (0, 1)), np.roll(mean, (dy, dx), (0, 1))
            if best is None:
                best, out = v, m
            else:
                take = v < best
                best = np.where(take, v, best)
                out = np.where(take[..., None], m, out)
    return out


def oil(img: Array, rng: np.random.Generator) -> Array:
    """Thick strokes that follow the forms, with a raised surface."""
    grain = fbm(rng, W, W, 40, 2, .7)
    gray = cv2.GaussianBlur(luma(img), (0, 0), 4) + fbm(rng, W, W, 4, 2) * .03
    gx, gy = cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1)
    norm = np.sqrt(gx * gx + gy * gy) + 1e-4
    tx, ty = (-gy / norm).astype(np.float32), (gx / norm).astype(np.float32)
    xx, yy = np.meshgrid(np.arange(W, dtype=np.float32), np.arange(W, dtype=np.float32))
    stroke, smear = np.zeros((W, W), np.float32), np.zeros_like(img)
    for k in (-6, -3.5, -1.2, 1.2, 3.5, 6):
        mx, my = xx + tx * k, yy + ty * k
        stroke += cv2.remap(grain, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        smear += cv2.remap(img, mx * .5 + xx * .5, my * .5 + yy * .5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    stroke /= 6
    stroke /= stroke.std() + 1e-5
    smear = smear / 6 + stroke[..., None] * .035
    out = kuwahara(np.clip(smear, 0, 1), 4)
    out = kuwahara(out, 3)
    relief = stroke - np.roll(stroke, (2, 2), (0, 1))
    out = out * (1 + .085 * np.clip(relief, -1.5, 1.5))[..., None]
    m = luma(out)[..., None]
    return m + (out - m) * 1.22


def watercolour(img: Array, rng: np.random.Generator) -> Array:
    """Pale washes with dark edges on white paper that shows at the border."""
    xx, yy = np.meshgrid(np.arange(W, dtype=np.float32), np.arange(W, dtype=np.float32))
    wob = fbm(rng, W, W, 14, 3) * 1.5
    wob2 = fbm(rng, W, W, 14, 3) * 1.5
    wash = cv2.remap(img, xx + wob, yy + wob2, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    wash = kuwahara(wash, 5)
    wash = cv2.GaussianBlur(wash, (0, 0), .9)
    lum = luma(wash)
    edge = np.abs(lum - cv2.GaussianBlur(lum, (0, 0), 3.0))
    out = 1 - (1 - wash) * (.80 + .075 * fbm(rng, W, W, 6, 4))[..., None]
    out = np.clip(out, 0, 1) ** .86
    m = luma(out)[..., None]
    out = m + (out - m) * 1.18
    out -= np.clip(edge * 1.5, 0, .16)[..., None]
    out += (fbm(rng, W, W, 90, 1) * .018)[..., None]
    b = np.minimum(np.minimum(xx, W - 1 - xx), np.minimum(yy, W - 1 - yy))
    m = smoothstep(3, 9, b + fbm(rng, W, W, 8, 4) * 2.6)[..., None]
    paper = np.array((.985, .975, .95), np.float32)
    return paper + (out - paper) * m


def pencil(img: Array, rng: np.random.Generator) -> Array:
    """Graphite hatching and outlines on paper."""
    lum = np.clip(img @ np.array((.3, .59, .11), np.float32), 0, 1)
    lo, hi = np.percentile(lum, (2, 98))
    lum = np.clip((lum - lo) / max(hi - lo, .15), 0, 1) * .8 + .2 * lum
    xx, yy = np.meshgrid(np.arange(W, dtype=np.float32), np.arange(W, dtype=np.float32))
    jit = fbm(rng, W, W, 10, 3) * 1.2
    tone = np.ones((W, W), np.float32)
    for thr, a, p in ((.80, .9, 6.0), (.56, -.7, 5.2), (.32, .25, 4.6)):
        wave = .5 + .5 * np.sin((xx * np.cos(a) + yy * np.sin(a) + jit) * 2 * np.pi / p)
        dark = smoothstep(thr, thr - .38, lum)
        tone -= dark * (.07 + .23 * wave)
    inv = cv2.GaussianBlur(1 - lum, (0, 0), 2.0)
    dodge = np.clip(lum / np.maximum(1 - inv, .04), 0, 1)
    tone *= .42 + .58 * smoothstep(.55, .98, dodge)
    grain = fbm(rng, W, W, 100, 1) * .035
    tone = np.clip(tone + grain * (1.2 - tone), .08, 1)
    return tone[..., None] * np.array((.975, .97, .955), np.float32)


def pixel(img: Array, rng: np.random.Generator) -> Array:
    """Blocks of 8 (4 in the final picture) with a small palette."""
    n = 32
    small = cv2.resize(np.clip(img, 0, 1), (n, n), interpolation=cv2.INTER_AREA)
    pick = cv2.resize(np.clip(img, 0, 1)[4::8, 4::8], (n, n), interpolation=cv2.INTER_NEAREST)
    small = np.clip(.7 * small + .3 * pick, 0, 1)
    m = small.mean(-1, keepdims=True)
    small = np.clip((m + (small - m) * 1.25 - .5) * 1.10 + .5, 0, 1).astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(1 << 30)))
    pts = small.reshape(-1, 3)
    _, lab, cen = cv2.kmeans(pts, 14, None, (3, 8, .002), 1, cv2.KMEANS_PP_CENTERS)
    out = cen[lab[:, 0]].reshape(n, n, 3)
    return cv2.resize(out, (W, W), interpolation=cv2.INTER_NEAREST)


def lowpoly(img: Array, rng: np.random.Generator) -> Array:
    """Flat triangles, finer along the edges."""
    img = np.clip(img, 0, 1)
    g = cv2.GaussianBlur(img, (0, 0), 2)
    e = np.abs(cv2.Sobel(g, cv2.CV_32F, 1, 0)).sum(-1) + np.abs(cv2.Sobel(g, cv2.CV_32F, 0, 1)).sum(-1)
    w = (np.minimum(e, 1.2) ** 1.3 + .006).ravel()
    idx = np.searchsorted(np.cumsum(w) / w.sum(), rng.random(430))
    pts = np.stack([idx % W, idx // W], 1).astype(np.float64)
    t = np.linspace(0, W - 1, 8)
    border = np.concatenate([np.stack([t, 0 * t], 1), np.stack([t, 0 * t + W - 1], 1),
                             np.stack([0 * t, t], 1)[1:-1], np.stack([0 * t + W - 1, t], 1)[1:-1]])
    coarse = rng.uniform(4, W - 4, (70, 2))
    pts = np.concatenate([pts + rng.uniform(-.4, .4, pts.shape), coarse, border])
    tri = Delaunay(pts).simplices
    cent = pts[tri].mean(1)
    near = (pts[tri] + cent[:, None]) / 2
    smp = np.concatenate([cent[:, None], near], 1).astype(int)
    col = g[smp[..., 1], smp[..., 0]].mean(1)
    col *= 1 + rng.uniform(-.05, .05, (len(col), 1)).astype(np.float32)
    m = col.mean(-1, keepdims=True)
    col = m + (col - m) * 1.18
    out = np.zeros((W, W, 3), np.float32)
    q = np.round(pts[tri] * 8).astype(np.int32)
    for k in range(len(tri)):
        cv2.fillConvexPoly(out, q[k], col[k].tolist(), cv2.LINE_8, 3)
    return out


APPLY = {"oil": oil, "watercolour": watercolour, "pencil": pencil, "pixel": pixel, "lowpoly": lowpoly}
