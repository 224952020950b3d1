# SPDX-License-Identifier: Apache-2.0
"""Houses, boats, birds, flowers and the lighthouse."""

from __future__ import annotations

import numpy as np
import skia

from .brush import paint, poly
from .palette import FLOWERS, HOUSES, ROOFS, SAILS, Light, rgb
from .trees import _rect, shadow

Rng = np.random.Generator
LAMP = rgb(1.0, .80, .36)


def house(c, rng: Rng, x: float, y: float, s: float, light: Light, colour: str, snowy: bool,
          lamps: bool) -> None:
    """Gabled house centred on x, standing on row y; s is its width in pixels."""
    wall = np.array(HOUSES[colour], np.float32)
    side = 1 if light.side > x else -1  # the gable faces the light
    shadow(c, x, y, s * .62, light, snowy)
    h = s * .42
    gable_w, long_w = s * .42, s * .58
    x0 = x - s / 2
    gx0 = x0 if side < 0 else x0 + long_w
    lx0 = x0 + gable_w if side < 0 else x0
    lit_c, dim_c = light.lit(wall, .85), light.lit(wall, .42)
    roof = rgb(*ROOFS[int(rng.integers(len(ROOFS)))])
    if snowy:
        roof = rgb(.95, .97, 1.02)
    peak = y - h - s * .36
    gm = gx0 + gable_w / 2
    chim = lx0 + long_w * (.55 if side < 0 else .35)
    c.drawRect(_rect(chim, peak - s * .06, s * .085, s * .22), paint(light.lit(rgb(.50, .30, .25), .5)))
    c.drawRect(_rect(lx0, y - h, long_w, h), paint(dim_c))
    c.drawPath(poly([(gx0, y), (gx0 + gable_w, y), (gx0 + gable_w, y - h), (gm, peak), (gx0, y - h)]), paint(lit_c))
    far = lx0 + long_w + s * .05 if side < 0 else lx0 - s * .05
    near = gx0 + gable_w if side < 0 else gx0
    eave = s * .03
    c.drawPath(poly([(gm, peak - eave), (far - (gable_w * .32 if side < 0 else -gable_w * .32), peak - eave),
                     (far, y - h + eave), (near, y - h + eave)]), paint(light.lit(roof, .62)))
    out = gx0 - eave if side < 0 else gx0 + gable_w + eave
    c.drawPath(poly([(out, y - h + eave), (gm, peak - eave), (near, y - h + eave)], False),
               paint(light.lit(roof, .9 if snowy else .5), 1, s * .045))
    glass = LAMP if lamps else light.lit(rgb(.24, .32, .42), .5)
    frame = light.lit(rgb(.97, .96, .93) if colour != "white" else rgb(.40, .34, .30), .7)

    def window(wx: float, wy: float, w: float, hh: float) -> None:
        c.drawRect(_rect(wx - w / 2 - s * .012, wy - s * .012, w + s * .024, hh + s * .024), paint(frame))
        c.drawRect(_rect(wx - w / 2, wy, w, hh), paint(glass))
        c.drawLine(wx, wy, wx, wy + hh, paint(frame, 1, s * .014))

    for k in (.27, .73):
        window(lx0 + long_w * k, y - h * .74, s * .13, s * .16)
    window(gm, y - h - s * .08, s * .10, s * .12)
    door = light.lit(rgb(.36, .20, .12) if colour != "wooden" else rgb(.24, .14, .09), .6)
    c.drawRect(_rect(gm - s * .06, y - s * .25, s * .12, s * .25), paint(door))
    if lamps:
        glow(c, x, y - h * .5, s * .75, .34)
        for k in (.27, .73):
            glow(c, lx0 + long_w * k, y - h * .55, s * .22, .5)


def glow(c, x: float, y: float, r: float, a: float) -> None:
    """Warm additive halo of radius r."""
    p = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kPlus)
    p.setShader(skia.GradientShader.MakeRadial(
        (float(x), float(y)), float(r),
        [skia.Color4f(1, .66, .26, a).toColor(), skia.Color4f(1, .5, .1, 0).toColor()]))
    c.drawCircle(x, y, r, p)


def boat(c, rng: Rng, x: float, y: float, s: float, light: Light, colour: str, face: int) -> None:
    """Sailing boat on the water; s is its height in pixels, face its heading."""
    cloth = np.array(SAILS[colour], np.float32)
    lit_c, dim_c = light.lit(cloth, .92), light.lit(cloth, .55)
    hull = light.lit(rgb(.36, .20, .12) if colour in ("white", "yellow", "orange") else rgb(.96, .95, .92), .6)
    f = float(face)

    def body(sign: float, alpha: float) -> None:
        def q(px: float, py: float) -> tuple[float, float]:
            return x + f * px * s, y - sign * py * s
        c.drawLine(*q(0, .1), *q(0, .99), paint(light.lit(rgb(.35, .25, .18), .5), alpha, s * .024))
        c.drawPath(poly([q(.03, .18), q(.03, .97), q(.20, .62), q(.36, .18)]), paint(lit_c, alpha))
        c.drawPath(poly([q(-.03, .20), q(-.03, .86), q(-.16, .50), q(-.30, .20)]), paint(dim_c, alpha))
        c.drawPath(poly([q(-.40, .14), q(.42, .14), q(.30, 0), q(-.28, 0)]), paint(hull, alpha))
        c.drawPath(poly([q(-.40, .14), q(.42, .14), q(.39, .10), q(-.38, .10)]), paint(hull * .6, alpha))

    c.save()
    c.translate(x, y)
    c.scale(1, .62)
    c.translate(-x, -y)
    body(-1, .36)
    c.restore()
    body(1, 1)


def birds(c, rng: Rng, xs, ys, s: float, light: Light, time: str) -> None:
    """Birds as two wing strokes; s is the span in pixels."""
    ink = rgb(.10, .10, .14) if time != "night" else rgb(.45, .50, .62)
    if time == "dusk":
        ink = rgb(.04, .04, .08)
    for x, y in zip(xs, ys):
        k, tilt = rng.uniform(.85, 1.15) * s / 2, rng.uniform(-.18, .18)
        lift = rng.uniform(.32, .6)
        path = skia.Path()
        path.moveTo(x - k, y - k * (lift + tilt) * .55)
        path.quadTo(x - k * .45, y - k * lift * 1.5, x, y)
        path.quadTo(x + k * .45, y - k * lift * 1.5, x + k, y - k * (lift - tilt) * .55)
        c.drawPath(path, paint(ink, .95, max(2.0, s * .13)))


def flowers(c, rng: Rng, top, colour: str, light: Light, n: int, bottom: float = 262.0,
            inside=None) -> None:
    """n flowers scattered in perspective below the line top[x]."""
    base = np.array(FLOWERS[colour], np.float32)
    xs = rng.uniform(-4, 260, n)
    ts = np.sort(rng.random(n) ** .72)
    clump = np.sin(xs * .05 + rng.uniform(0, 6)) * .06
    tones = [paint(light.lit(base * k, s)) for k, s in ((.72, .5), (.95, .75), (1.12, .95))]
    stem = paint(light.lit(rgb(.16, .36, .12), .5), .8, 1.0)
    heart = paint(light.lit(rgb(.98, .80, .20) if colour != "yellow" else rgb(.70, .40, .08), .8))
    for x, t, k in zip(xs, ts, clump):
        y0 = float(top[int(np.clip(x, 0, 255))]) + 5
        y = y0 + (bottom - y0) * min(1.0, max(0.0, t + k))
        if inside is not None and inside(x, y):
            continue
        r = 1.1 + 5.2 * max(0.0, (y - y0) / (bottom - y0 + 20)) ** 1.25
        if r > 3:
            c.drawLine(x, y, x, y + r * 2.2, stem)
        q = tones[int(rng.integers(3))]
        if r > 3.6:
            for a in range(5):
                ang = a * 1.2566 + x
                c.drawCircle(x + np.cos(ang) * r * .55, y + np.sin(ang) * r * .5, r * .5, q)
            c.drawCircle(x, y, r * .34, heart)
        else:
            c.drawOval(skia.Rect.MakeXYWH(float(x - r), float(y - r * .8), float(2 * r), float(1.6 * r)), q)


def lighthouse(c, rng: Rng, x: float, y: float, h: float, light: Light, lamps: bool) -> None:
    """Red and white banded tower of height h on a rock; lamps light its beam."""
    rock = rgb(.40, .37, .36)
    c.drawPath(poly([(x - h * .52, y + 3), (x - h * .36, y - h * .10), (x - h * .12, y - h * .17), (x + h * .16, y - h * .15),
                     (x + h * .38, y - h * .07), (x + h * .55, y + 3)]), paint(light.lit(rock, .35)))
    side = 1 if light.side > x else -1
    c.drawPath(poly([(x + side * h * .02, y - h * .15), (x + side * h * .2, y - h * .14), (x + side * h * .5, y + 1),
                     (x + side * .1 * h, y + 1)]), paint(light.lit(rock, .75)))
    b, t = y - h * .14, y - h * .82
    for k in range(5):
        a0, a1 = b + (t - b) * k / 5, b + (t - b) * (k + 1) / 5
        w0, w1 = h * (.105 - .04 * k / 5), h * (.105 - .04 * (k + 1) / 5)
        col = rgb(.86, .14, .12) if k % 2 == 0 else rgb(.97, .96, .94)
        c.drawPath(poly([(x - w0, a0), (x + w0, a0), (x + w1, a1), (x - w1, a1)]), paint(light.lit(col, .85)))
        c.drawPath(poly([(x, a0), (x - side * w0, a0), (x - side * w1, a1), (x, a1)]), paint(light.lit(col, .4)))
    c.drawRect(_rect(x - h * .085, t - h * .012, h * .17, h * .024), paint(light.lit(rgb(.2, .2, .22), .6)))
    c.drawRect(_rect(x - h * .05, t - h * .10, h * .10, h * .09), paint(LAMP if lamps else light.lit(rgb(.7, .8, .85), .7)))
    c.drawPath(poly([(x - h * .07, t - h * .10), (x + h * .07, t - h * .10), (x, t - h * .18)]),
               paint(light.lit(rgb(.70, .12, .10), .7)))
    if lamps:
        ly = t - h * .055
        for s, a in ((-1, .30), (1, .30)):
            p = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kPlus)
            p.setShader(skia.GradientShader.MakeLinear(
                [skia.Point(x, ly), skia.Point(x + s * 150, ly)],
                [skia.Color4f(1, .86, .5, a).toColor(), skia.Color4f(1, .86, .5, 0).toColor()]))
            c.drawPath(poly([(x, ly), (x + s * 150, ly - 30), (x + s * 150, ly + 4)]), p)
        glow(c, x, ly, h * .28, .75)
