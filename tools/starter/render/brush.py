# SPDX-License-Identifier: Apache-2.0
"""Thin wrapper over Skia: vector drawing on a float picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager

import numpy as np
import skia

Array = np.ndarray


def paint(c: Sequence[float], alpha: float = 1.0, width: float = 0.0, blur: float = 0.0) -> skia.Paint:
    """Paint of colour c (0..1); width > 0 strokes with round ends."""
    r, g, b = c.tolist() if isinstance(c, np.ndarray) else c
    p = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(
        min(1.0, max(0.0, r)), min(1.0, max(0.0, g)), min(1.0, max(0.0, b)), alpha))
    if width > 0:
        p.setStyle(skia.Paint.kStroke_Style)
        p.setStrokeWidth(width)
        p.setStrokeCap(skia.Paint.kRound_Cap)
        p.setStrokeJoin(skia.Paint.kRound_Join)
    if blur > 0:
        p.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return p


def poly(points: Iterable[Sequence[float]], close: bool = True) -> skia.Path:
    """Path through points (x, y)."""
    path = skia.Path()
    path.addPoly([skia.Point(float(x), float(y)) for x, y in points], close)
    return path


@contextmanager
def canvas_on(img: Array):
    """Skia canvas over a float picture [H, W, 3]; the result is written back."""
    h, w, _ = img.shape
    rgba = np.empty((h, w, 4), np.uint8)
    rgba[..., :3] = np.clip(img * 255 + .5, 0, 255)
    rgba[..., 3] = 255
    before = rgba.copy()
    surface = skia.Surface(rgba, skia.kRGBA_8888_ColorType)
    yield surface.getCanvas()
    surface.flushAndSubmit()
    changed = rgba.view(np.uint32)[..., 0] != before.view(np.uint32)[..., 0]
    img[changed] = rgba[changed][:, :3].astype(np.float32) / 255
