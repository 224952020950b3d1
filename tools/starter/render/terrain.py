# SPDX-License-Identifier: Apache-2.0
"""Land: mountain ranges, hills, ground planes and dunes."""

from __future__ import annotations

import numpy as np

from .noise import fbm, ground_noise, line, ridged, smoothstep
from .palette import Light, grass, mix, rgb

Array = np.ndarray
W = 256
Z = 140


def mountains(img: Array, rng: np.random.Generator, light: Light, foot: float, tall: float,
              season: str, snow: float, far: float, peaks: int,
              gap: float | None = None) -> None:
    """A range as a height field seen from the front.

    foot is the row of its base and tall the height of its peaks in pixels;
    snow 0..1 lowers the snow line; far 0..1 is the distance for the haze;
    gap is a column kept low so that the sun shows between the peaks.
    """
    gx = np.arange(W, dtype=np.float32)[None, :]
    gz = np.arange(Z, dtype=np.float32)[:, None]
    warp = fbm(rng, Z, W, 4, 3) * 7
    env = np.full((Z, W), .16 * tall, np.float32)
    xs = (np.arange(peaks) + rng.uniform(.2, .8, peaks)) * W / peaks
    for x in xs:
        z, h = rng.uniform(40, 105), tall * rng.uniform(.68, 1.0)
        r = h * rng.uniform(.95, 1.35) + 8
        d = np.sqrt((gx + warp - x) ** 2 + ((gz - z) * .95 + warp) ** 2) / r
        env = np.maximum(env, h * np.clip(1 - d, 0, 1) ** 1.08)
    env *= smoothstep(-4, 42, gz)
    if gap is not None:
        env *= 1 - .66 * np.exp(-((gx + warp - gap) / 30) ** 2)
    rough = ridged(rng, Z, W, 5, 5)
    height = env * (.66 + .52 * rough) + rough * 4
    dz, dx = np.gradient(height)
    lx = np.sign(light.side - W / 2) or 1.0
    shade = np.clip(.50 + .34 * (dx * -lx) - .10 * dz, .0, 1.15)
    rise = height + gz * .10
    top = np.maximum.accumulate(rise, 0)
    rows = np.arange(max(0, int(foot - top.max()) - 1), int(foot))
    q = (foot - rows)[::-1].astype(np.float32)
    cols = np.ascontiguousarray(top.T)
    idx = np.stack([np.searchsorted(c, q) for c in cols], 1)[::-1]
    cover = idx < Z
    i = np.minimum(idx, Z - 1)
    j = np.maximum(i - 1, 0)
    fi, fj = i * W + np.arange(W)[None, :], j * W + np.arange(W)[None, :]
    level = (foot - rows)[:, None]
    lo, hi = top.take(fj), rise.take(fi)
    fr = np.clip((level - lo) / np.maximum(hi - lo, 1e-3), 0, 1)
    fr = np.where(lo - rise.take(fj) > .5, 1.0, fr)
    sh = shade.take(fj) * (1 - fr) + shade.take(fi) * fr
    alt = (height.take(fj) * (1 - fr) + height.take(fi) * fr) / tall
    grain = fbm(rng, len(rows), W, 24, 3)
    rock = mix(rgb(.47, .43, .42), rgb(.40, .44, .52), float(rng.random()))
    low = {"spring": rgb(.30, .46, .22), "summer": rgb(.20, .40, .18),
           "autumn": rgb(.52, .38, .18), "winter": rgb(.62, .66, .74)}[season]
    alb = low + (rock - low) * smoothstep(.18, .48, alt + grain * .04)[..., None]
    line_at = 1.05 - .78 * snow
    s = smoothstep(line_at - .06, line_at + .06, alt + grain * .03 + (sh - .5) * .10)
    if season == "winter":
        s = np.maximum(s, .72)
        s = s * (1 - .75 * smoothstep(.62, .9, np.abs(dx.take(fi)) * .33) * (grain > -.2))
    alb = alb + (rgb(1.0, 1.02, 1.08) - alb) * s[..., None]
    c = alb * (light.ambient * 1.05 + light.key * sh[..., None] * 1.15)
    f = np.clip(far * (.8 + .4 * light.fog) + (.34 + .3 * light.fog) * smoothstep(.75, 0, alt)
                + .10 * i / Z, 0, .97)[..., None]
    c = c * (1 - f) + light.haze * f
    region = img[rows[0]:rows[0] + len(rows)]
    region += (c - region) * cover[..., None]


def slab(img: Array, top: Array, colour_top: Array, colour_low: Array, fade: float,
         texture: Array | None = None) -> None:
    """Fill below the line top[x] with a gradient that takes fade pixels."""
    r0 = int(np.clip(top.min() - 1, 0, W - 1))
    v = np.arange(r0, W, dtype=np.float32)[:, None] - top[None, :]
    m = np.clip(v + np.float32(.5), 0, 1)[..., None]
    t = np.clip(v * np.float32(1 / fade), 0, 1)[..., None]
    c = t * (colour_low - colour_top).astype(np.float32)
    c += colour_top.astype(np.float32)
    if texture is not None:
        c *= (1 + texture[r0:]).astype(np.float32)[..., None]
    region = img[r0:]
    c -= region
    c *= m
    region += c


def hill_line(rng: np.random.Generator, y: float, swing: float, base: int = 2) -> Array:
    """A smooth silhouette round row y, swing pixels up and down."""
    return (y + line(rng, W, base, 2, .35) * swing).astype(np.float32)


def hills(img: Array, rng: np.random.Generator, light: Light, y0: float, y1: float, n: int,
          season: str, swing: float) -> Array:
    """n overlapping hills from row y0 (far) to y1 (near); returns the last line."""
    top = np.zeros(W, np.float32)
    for i in range(n):
        t = i / max(n - 1, 1)
        top = hill_line(rng, y0 + (y1 - y0) * t ** 1.2, swing * (.55 + .45 * t))
        far = .72 * (1 - t) ** 1.1 + .06
        tone = float(rng.random())
        g = grass(season, tone) * (.92 if i % 2 else 1.04)
        slope = np.gradient(top) * np.sign(light.side - W / 2 + .1)
        sh = float(.62 + .1 * (i % 2))
        tex = .05 * fbm(rng, W, W, 6, 4, .6, 3.0) + np.clip(slope * .5, -.16, .16)[None, :]
        slab(img, top, light.lit(g, sh + .16, far), light.lit(g * .80, sh * .72, far * .8),
             46, tex.astype(np.float32))
    return top


def meadow(img: Array, rng: np.random.Generator, light: Light, top: Array, season: str,
           albedo: Array | None = None) -> None:
    """A receding ground plane below the line top[x]."""
    g = grass(season, float(rng.random())) if albedo is None else albedo
    y0 = int(max(0, top.min()))
    if y0 >= W - 1:
        return
    n = np.zeros((W, W), np.float32)
    n[y0:] = ground_noise(rng, W - y0, W, 1.0)
    patch = fbm(rng, W, W, 3, 3, .5, 2.2)
    amp = .05 if season == "winter" and albedo is None else .085
    tex = np.clip(amp * n + .05 * patch, -.25, .25)
    near = g * (.80 if season == "winter" else .70)
    slab(img, top, light.lit(g * 1.04, .78, .22), light.lit(near, .6, 0.0), W - y0 + 1., tex)


def sand(light: Light, img: Array, rng: np.random.Generator, top: Array) -> None:
    """Beach sand below the line top[x]."""
    y0 = int(np.clip(top.min(), 0, W - 2))
    n = np.zeros((W, W), np.float32)
    n[y0:] = ground_noise(rng, W - y0, W, 1.6)
    slab(img, top, light.lit(rgb(.80, .70, .52), .75, .05), light.lit(rgb(.95, .84, .62), .75, 0),
         24, np.clip(.03 * n, -.1, .1))


def dunes(img: Array, rng: np.random.Generator, light: Light, horizon: float) -> Array:
    """Desert: dunes with a lit and a shadowed face; returns the nearest crest."""
    crest = np.zeros(W, np.float32)
    gx = np.arange(W, dtype=np.float32)
    gy = gx[:, None]
    n = 5
    lx = 1.0 if light.side > W / 2 else -1.0
    ripple = fbm(rng, W, W, 10, 3, .6, 5.0)
    for i in range(n):
        t = i / (n - 1)
        y = horizon + 6 + (W * .86 - horizon) * t ** 1.5
        a = 5 + 17 * t
        px, per = rng.uniform(0, W), rng.uniform(110, 210) * (.55 + .6 * t)
        ph = np.mod((gx - px) / per, 1.0)
        k = .62 if lx > 0 else .38
        saw = np.where(ph < k, smoothstep(0, 1, ph / k), smoothstep(0, 1, (1 - ph) / (1 - k)))
        crest = (y - a * saw + line(rng, W, 2, 2) * 2).astype(np.float32)
        far = .55 * (1 - t) ** 1.3
        s_edge = np.mod((gx[None, :] - px + lx * -1 * (gy - crest[None, :]) * .9) / per, 1.0)
        shadow = ((s_edge < k) if lx > 0 else (s_edge > k)).astype(np.float32)
        sand_c = rgb(.93, .70, .42)
        lit, dark = light.lit(sand_c * 1.05, .85, far), light.lit(sand_c * .78, .22, far)
        v = np.clip((gy - crest[None, :]) / (30 + 50 * t), 0, 1)
        sh = shadow * (1 - v * .75)
        c = lit + (dark - lit) * sh[..., None]
        c = c * (1 + .03 * ripple[..., None])
        m = np.clip(gy - crest[None, :] + .5, 0, 1)[..., None]
        img += (c - img) * m
    return crest
