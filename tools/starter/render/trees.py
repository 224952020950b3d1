# SPDX-License-Identifier: Apache-2.0
"""Trees of several kinds, drawn as layered tones lit from one side."""

from __future__ import annotations

import numpy as np

from .brush import paint, poly
from .palette import Light, leaves, mix, rgb

Rng = np.random.Generator


def _tones(light: Light, albedo, depth: float) -> list:
    """Shadow, middle and light tones of an albedo."""
    k = 1 - light.silhouette * (1 - depth)
    return [light.lit(albedo * .62, .30 * k, depth), light.lit(albedo * .9, .55 * k, depth),
            light.lit(np.minimum(albedo * 1.22, 1.1), .88 * (.35 + .65 * k), depth)]


def shadow(c, x: float, y: float, w: float, light: Light, snow: bool) -> None:
    """Soft contact shadow on the ground."""
    s = -np.sign(light.side - x) * w * .35
    col = light.lit(rgb(.30, .36, .52) if snow else rgb(.08, .11, .05), .3)
    c.save()
    c.translate(x + s, y)
    c.scale(1, .22)
    c.drawCircle(0, 0, w, paint(col, .42, blur=w * .22))
    c.restore()


def pine(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
         depth: float = 0.0, snowy: bool = False, detail: bool = True) -> None:
    """Conifer of height h pixels standing on row y."""
    side = 1 if light.side > x else -1
    dark, mid, lite = _tones(light, mix(rgb(.10, .30, .16), rgb(.16, .36, .15), float(rng.random())), depth)
    snow = light.lit(rgb(.96, .98, 1.04), .82, depth)
    snow_dark = light.lit(rgb(.74, .80, .94), .42, depth)
    half = h * rng.uniform(.20, .26)
    trunk = light.lit(rgb(.30, .20, .13), .5, depth)
    c.drawRect(_rect(x - h * .022, y - h * .14, h * .044, h * .14), paint(trunk))
    n = 7 if detail else 4
    for i in range(n):
        t = i / n
        base = y - h * .09 - h * .91 * t ** 1.06
        tip = base - h * (.30 - .10 * t)
        tip = max(tip, y - h)
        w = half * (1 - t) ** .92 + h * .018
        j = lambda: float(rng.uniform(.86, 1.12))
        left = [(x - w * j(), base + h * .018), (x - w * .62, base - h * .012), (x - w * .36, base + h * .022)]
        right = [(x + w * .36, base + h * .022), (x + w * .62, base - h * .012), (x + w * j(), base + h * .018)]
        full = left + [(x, base)] + right + [(x, tip)]
        lit_half = ([(x, base)] + right if side > 0 else left + [(x, base)]) + [(x, tip)]
        c.drawPath(poly(full), paint(dark))
        c.drawPath(poly(lit_half), paint(mix(mid, lite, .25 + .5 * t)))
        if snowy:
            cap = [(x - w * .92, base + h * .006), (x - w * .5, base - h * .035), (x - w * .2, base - h * .015),
                   (x + w * .15, base - h * .035), (x + w * .55, base - h * .02), (x + w * .92, base + h * .006),
                   (x, tip)]
            c.drawPath(poly(cap), paint(snow_dark))
            cap_lit = [(x, base - h * .025), (x + side * w * .5, base - h * .025), (x + side * w * .92, base + h * .006),
                       (x, tip)]
            c.drawPath(poly(cap_lit), paint(snow))


def _rect(x: float, y: float, w: float, h: float):
    import skia
    return skia.Rect.MakeXYWH(float(x), float(y), float(w), float(h))


def _branches(c, rng: Rng, x: float, y: float, length: float, angle: float, width: float,
              level: int, p_col, tips: list) -> None:
    x2, y2 = x + np.sin(angle) * length, y - np.cos(angle) * length
    c.drawLine(x, y, x2, y2, paint(p_col, 1, max(width, .9)))
    if level == 0:
        tips.append((x2, y2))
        return
    for s in (-1, 1, 0)[:2 if level != 3 else 3]:
        _branches(c, rng, x2, y2, length * rng.uniform(.62, .8), angle + s * rng.uniform(.32, .62)
                  + rng.normal(0, .06), width * .62, level - 1, p_col, tips)


def _crown(c, rng: Rng, x: float, cy: float, rx: float, ry: float, tones: list, side: int,
           fine: float = 1.0) -> None:
    """A crown of overlapping blobs in three tones."""
    for k, (tone, n, size, reach) in enumerate(zip(tones, (20, 30, 46), (.38, .24, .135), (.74, .80, .86))):
        big = rx > 52
        for _ in range(int(n * 1.5) if big else n):
            a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * reach
            px = x + np.cos(a) * r * rx + side * rx * .15 * k
            py = cy + np.sin(a) * r * ry - ry * .15 * k
            col = mix(tone, tones[min(k + 1, 2)], float(rng.random()) * .35)
            c.drawCircle(px, py, min(rx, ry) * size * fine * (.8 if big and k else 1) * rng.uniform(.7, 1.15), paint(col))


def oak(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
        depth: float = 0.0, snowy: bool = False, albedo=None) -> None:
    """Broad round tree; bare in winter. albedo overrides the foliage colour."""
    bark = light.lit(rgb(.34, .24, .17), .45 * (1 - light.silhouette), depth)
    side = 1 if light.side > x else -1
    if season == "winter" and albedo is None:
        tips: list = []
        bark = light.lit(rgb(.26, .19, .16), .4, depth)
        _branches(c, rng, x, y, h * .30, rng.normal(0, .04), h * .065, 5, bark, tips)
        if snowy:
            s = light.lit(rgb(.95, .97, 1.03), .8, depth)
            for tx, ty in tips:
                c.drawCircle(tx, ty, h * .013, paint(s, .8))
        return
    c.drawPath(poly([(x - h * .05, y), (x + h * .05, y), (x + h * .03, y - h * .45), (x - h * .03, y - h * .45)]),
               paint(bark))
    for s in (-1, 1):
        c.drawLine(x, y - h * .30, x + s * h * .17, y - h * .52, paint(bark, 1, h * .032))
    tones = _tones(light, leaves(season, rng) if albedo is None else albedo, depth)
    _crown(c, rng, x, y - h * .64, h * .42, h * .35, tones, side)


def blossom(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
            depth: float = 0.0, snowy: bool = False) -> None:
    """Cherry tree in pink blossom."""
    oak(c, rng, x, y, h, light, "spring", depth, False, mix(rgb(.98, .60, .74), rgb(1., .72, .82), float(rng.random())))


def birch(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
          depth: float = 0.0, snowy: bool = False) -> None:
    """Slender white-stemmed tree."""
    side = 1 if light.side > x else -1
    white, grey = light.lit(rgb(.96, .95, .92), .75, depth), light.lit(rgb(.62, .62, .64), .4, depth)
    lean = rng.normal(0, .03) * h
    w = h * .030
    stem = [(x - w, y), (x + w, y), (x + lean + w * .45, y - h * .92), (x + lean - w * .45, y - h * .92)]
    tones = None
    if season != "winter":
        alb = rgb(.96, .74, .14) if season == "autumn" else leaves(season, rng) * 1.15
        tones = _tones(light, alb, depth)
        _crown(c, rng, x + lean * .7, y - h * .66, h * .21, h * .32, tones[:1] * 2 + tones[1:2], side, .85)
    c.drawPath(poly(stem), paint(white))
    c.drawPath(poly([(x, y), (x - side * w, y), (x + lean - side * w * .45, y - h * .9), (x + lean, y - h * .9)]),
               paint(grey, .6))
    ink = light.lit(rgb(.10, .09, .09), .3, depth)
    for k in range(7):
        t = (k + rng.uniform(.2, .8)) / 7.5
        px = x + lean * t + rng.uniform(-.5, .5) * w
        c.drawLine(px - w * .5, y - h * .9 * t, px + w * .5, y - h * .9 * t, paint(ink, .9, max(1.0, h * .011)))
    for k in range(5):
        t = rng.uniform(.45, .9)
        s = (-1, 1)[k % 2]
        c.drawLine(x + lean * t, y - h * .9 * t, x + lean * t + s * h * .12, y - h * .9 * t - h * .10,
                   paint(mix(white, grey, .6), 1, max(.9, h * .010)))
    if tones is not None:
        for _ in range(26):
            a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random())
            c.drawCircle(x + lean * .7 + np.cos(a) * r * h * .20 + side * h * .02, y - h * .68 + np.sin(a) * r * h * .28,
                         min(h, 110) * rng.uniform(.026, .046), paint(tones[int(rng.integers(1, 3))]))


def palm(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
         depth: float = 0.0, snowy: bool = False) -> None:
    """Palm with a curved stem."""
    import skia
    side = 1 if light.side > x else -1
    bend = rng.choice((-1, 1)) * rng.uniform(.10, .24) * h
    bark = light.lit(rgb(.52, .40, .27), .55 * (1 - .6 * light.silhouette), depth)
    path = skia.Path()
    path.moveTo(x, y)
    path.quadTo(x + bend * .15, y - h * .5, x + bend, y - h * .80)
    c.drawPath(path, paint(bark, 1, h * .045))
    tones = _tones(light, rgb(.20, .48, .17), depth)
    tx, ty = x + bend, y - h * .80
    angles = np.linspace(-2.25, 2.25, 11) + rng.normal(0, .10, 11)
    for k in rng.permutation(11):
        a = angles[k]
        length = h * rng.uniform(.36, .44)
        ex, ey = tx + np.sin(a) * length, ty - np.cos(a) * length * .42 + abs(np.sin(a)) * length * .36
        mx, my = tx + np.sin(a) * length * .5, ty - np.cos(a) * length * .42 - length * .30
        leaf = skia.Path()
        leaf.moveTo(tx, ty)
        leaf.quadTo(mx, my, ex, ey)
        leaf.quadTo(mx * .93 + tx * .07, my + length * .28, tx, ty)
        tone = tones[2] if np.sin(a) * side > .15 else tones[int(k % 2)]
        c.drawPath(leaf, paint(tone))
    for k in range(3):
        c.drawCircle(tx + (k - 1) * h * .025, ty + h * .02, h * .022, paint(bark * .8))


def cactus(c, rng: Rng, x: float, y: float, h: float, light: Light, season: str,
           depth: float = 0.0, snowy: bool = False) -> None:
    """Saguaro with two arms."""
    side = 1 if light.side > x else -1
    tones = _tones(light, rgb(.24, .48, .24), depth)
    w = h * .17
    arms = [(-1, rng.uniform(.38, .5)), (1, rng.uniform(.28, .42))]
    for tone, off, ww in ((tones[0], 0., w), (tones[2], side * w * .18, w * .45)):
        c.drawLine(x + off, y - w * .3, x + off, y - h + w * .5, paint(tone, 1, ww))
        for s, t in arms:
            ax, ay = x + s * h * .24, y - h * t
            c.drawLine(x + off, ay, ax + off, ay, paint(tone, 1, ww * .7))
            c.drawLine(ax + off, ay, ax + off, ay - h * .28, paint(tone, 1, ww * .7))


DRAW = {"pine": pine, "oak": oak, "birch": birch, "palm": palm, "blossom": blossom, "cactus": cactus}


def tree_line(c, rng: Rng, light: Light, line, season: str, kind: str, h: float, depth: float,
              n: int) -> None:
    """A distant wood along the silhouette line[x]; h is the height in pixels."""
    from .terrain import W
    xs = np.sort(rng.uniform(-4, W + 4, n))
    conif = rgb(.12, .28, .17)
    for x in rng.permutation(xs):
        y = float(line[int(np.clip(x, 0, W - 1))]) + 2
        hh = h * rng.uniform(.6, 1.15)
        tone = float(rng.uniform(.2, .6))
        if kind == "pine":
            alb = mix(conif, rgb(.80, .84, .92), .38) if season == "winter" else conif
            col = light.lit(alb * rng.uniform(.85, 1.2), tone, depth)
            w = hh * .24
            c.drawPath(poly([(x - w, y), (x + w, y), (x + w * .45, y - hh * .45), (x + w * .55, y - hh * .45),
                             (x, y - hh), (x - w * .55, y - hh * .45), (x - w * .45, y - hh * .45)]), paint(col))
        else:
            alb = leaves(season, rng) if season != "winter" else rgb(.52, .50, .55)
            c.drawCircle(x, y - hh * .38, hh * .42, paint(light.lit(alb * .85, tone, depth)))
            c.drawCircle(x + np.sign(light.side - x) * hh * .1, y - hh * .5, hh * .24,
                         paint(light.lit(alb * 1.05, tone + .15, depth)))
