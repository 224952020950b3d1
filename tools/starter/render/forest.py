# SPDX-License-Identifier: Apache-2.0
"""The inside of a wood, in planes from far to near."""

from __future__ import annotations

import numpy as np

from . import terrain, trees, water
from .brush import canvas_on, paint, poly
from .palette import Light, mix, rgb
from .scene import Scene

Array = np.ndarray
W = 256


def forest(img: Array, s: Scene, rng: np.random.Generator, light: Light, hz: int) -> None:
    """Planes of trees with haze between them; a stream if the scene has a river."""
    snowy = s.season == "winter"
    kind = str(s.flags["wood"])
    top = terrain.hill_line(rng, hz + 2, 3)
    with canvas_on(img) as c:
        trees.tree_line(c, rng, light, top - 6, s.season, kind, 44, .72, 46)
        trees.tree_line(c, rng, light, top, s.season, kind, 40, .52, 40)
    above = img.copy()
    floor = mix(terrain.grass(s.season, .3), rgb(.30, .24, .12), 0.0 if snowy else .35)
    if s.season == "autumn":
        floor = rgb(.66, .40, .15)
    terrain.meadow(img, rng, light, top, s.season, floor)
    gap = None
    if s.has("river"):
        gap, half = water.river(img, above, rng, light, hz + 2, s.time, None)
    for depth, y, h, n in ((.40, hz + 7, 62, 13), (.24, hz + 18, 92, 9), (.08, hz + 40, 134, 5), (.0, hz + 72, 188, 2)):
        if n > 2:
            xs = (np.arange(n) + rng.uniform(.1, .9, n)) / n * (W + 20) - 10
        else:
            xs = np.array([rng.uniform(0, 44), rng.uniform(212, 256)])
        with canvas_on(img) as c:
            for x in rng.permutation(xs):
                yy = y + rng.uniform(-4, 6)
                if gap is not None:
                    row = int(np.clip(yy - hz, 0, len(gap) - 1))
                    if abs(x - gap[row]) < half[row] + 7:
                        continue
                hh = h * rng.uniform(.85, 1.15)
                if depth < .2:
                    trees.shadow(c, x, yy, hh * .2, light, snowy)
                trees.DRAW[kind](c, rng, float(x), float(yy), float(hh), light, s.season, depth, snowy)
        if depth == .24 and s.weather in ("clear", "fog") and s.has("sun"):
            _rays(img, rng, light, s)


def _rays(img: Array, rng: np.random.Generator, light: Light, s: Scene) -> None:
    """Shafts of light fanning out from the sun."""
    sx, sy = s.things["sun"].xs[0] * W, float(s.things["sun"].y or .3) * W * .5
    layer = np.zeros((W, W, 3), np.float32)
    with canvas_on(layer) as c:
        for a in np.linspace(-1.1, 1.1, 9) + rng.normal(0, .06, 9):
            w = rng.uniform(.02, .055)
            p = [(sx, sy), (sx + np.sin(a - w) * 330, sy + np.cos(a - w) * 330),
                 (sx + np.sin(a + w) * 330, sy + np.cos(a + w) * 330)]
            c.drawPath(poly(p), paint((1, 1, 1), .9, blur=3))
    fall = np.exp(-np.hypot(np.arange(W)[None, :] - sx, np.arange(W)[:, None] - sy) / 120)
    a = (layer[..., 0] * fall * .42)[..., None].astype(np.float32)
    img += (light.glow - img) * a
