# SPDX-License-Identifier: Apache-2.0
"""Water: mirrors, ripples, waves and the path of light below the sun."""

from __future__ import annotations

import cv2
import numpy as np

from .noise import fbm, ground_noise, line, smoothstep
from .palette import Light, mix, rgb

Array = np.ndarray
W = 256


def mirror(img: Array, rng: np.random.Generator, y0: int, calm: float) -> Array:
    """Picture [W - y0, W, 3] of what is above row y0, mirrored and rippled."""
    rows = W - y0
    d = np.arange(rows, dtype=np.float32)
    n = ground_noise(rng, rows, W, 1.2, 5.0)
    amp = ((1.3 - calm) * (1.2 + d * .045))[:, None]
    my = np.clip(y0 - 1 - d[:, None] * .96 + n * amp * 1.6, 0, y0 - 1)
    mx = np.arange(W, dtype=np.float32)[None, :] + n * amp * .5
    out = cv2.remap(img, np.clip(mx, 0, W - 1).astype(np.float32), my.astype(np.float32),
                    cv2.INTER_LINEAR)
    return cv2.GaussianBlur(out, (0, 0), sigmaX=.6, sigmaY=1.0)


def glitter(water: Array, rng: np.random.Generator, x: float, strength: float, col: Array) -> None:
    """Sparkling path towards the viewer below a light at column x."""
    rows = water.shape[0]
    d = np.arange(rows, dtype=np.float32)[:, None]
    gx = np.arange(W, dtype=np.float32)[None, :] - x
    wide = 7 + d * .17
    body = np.exp(-(gx / wide) ** 2)
    n = ground_noise(rng, rows, W, 1.5, 6.0)
    a = body * (.30 + .9 * smoothstep(.1, 1.1, n + body * .8)) * strength
    water += (col - water) * np.clip(a, 0, .95)[..., None]


def lake(img: Array, rng: np.random.Generator, y0: int, light: Light, calm: float,
         light_x: float | None, time: str) -> None:
    """Fill everything below row y0 with a reflecting lake."""
    out = mirror(img, rng, y0, calm)
    rows = W - y0
    d = (np.arange(rows, dtype=np.float32) / rows)[:, None, None]
    deep = {"day": rgb(.10, .30, .42), "night": rgb(.02, .04, .10)}.get(
        time, mix(light.zenith, light.middle, .62) * .55)
    out = out * .95
    out += (deep - out) * (.06 + .26 * d)
    n = ground_noise(rng, rows, W, 1.0, 6.0)
    streak = smoothstep(1.0, 2.0, n) * (.5 - .35 * d[..., 0])
    out += (light.horizon - out) * (streak * .35)[..., None]
    if light_x is not None:
        glitter(out, rng, light_x, .8 if time != "day" else .55, np.minimum(light.glow * 1.12, 1))
    img[y0:] = out


def sea(img: Array, rng: np.random.Generator, y0: int, light: Light, rough: float,
        light_x: float | None, time: str, tropical: bool) -> None:
    """Open sea below row y0; rough 0..1 raises the waves."""
    rows = W - y0
    d = (np.arange(rows, dtype=np.float32) / rows)[:, None, None]
    refl = mirror(img, rng, y0, .25)
    near = {"day": rgb(.06, .36, .52), "dawn": rgb(.30, .40, .56), "night": rgb(.02, .05, .13),
            "dusk": rgb(.10, .14, .30)}.get(time, mix(light.zenith, light.middle, .35) * .75)
    if time == "day" and tropical:
        near = rgb(.10, .62, .66)
    if time == "day" and light.key.mean() < .6:
        near = rgb(.26, .36, .42) * (.7 if light.key.mean() < .3 else 1.0)
    far = mix(mix(light.horizon, light.middle, .6), near, .45)
    col = far + (near - far) * smoothstep(0, .8, d)
    out = col + (refl - col) * (.42 - .12 * d)
    n = ground_noise(rng, rows, W, .9, 5.0 - 1.5 * rough)
    k = (.10 + .14 * rough)
    out = out * (1 + k * np.clip(n, -1.6, 1.6) * (.5 + d[..., 0]))[..., None]
    crest = smoothstep(1.25 - .55 * rough, 1.75 - .4 * rough, n) * (.35 + .65 * rough)
    foam = light.lit(rgb(.97, .98, 1.0), .8)
    out += (foam - out) * (crest * (.35 + .5 * d[..., 0]))[..., None]
    if light_x is not None:
        glitter(out, rng, light_x, .75 if time != "day" else .5, np.minimum(light.glow * 1.05, 1))
    img[y0:] = out


def surf(img: Array, rng: np.random.Generator, light: Light, top: Array) -> None:
    """Foam and wet sand along a beach's edge top[x]."""
    y = np.arange(W, dtype=np.float32)[:, None]
    edge = top + line(rng, W, 5, 3) * 1.6
    v = y - edge[None, :]
    foam = light.lit(rgb(1.0, 1.0, 1.0), .85)
    for off, wide, a in ((-13, 1.6, .55), (-5, 2.0, .75), (0, 3.0, .95)):
        wob = line(rng, W, 6, 3) * 1.5
        m = np.exp(-((v - off - wob[None, :]) / wide) ** 2) * a
        img += (foam - img) * m[..., None]
    wet = smoothstep(1, 3, v) * smoothstep(13, 5, v) * .35
    img += (mix(light.haze, rgb(.45, .36, .27), .6) * .85 - img) * wet[..., None]


def river_mask(rng: np.random.Generator, y0: int) -> tuple[Array, Array, Array]:
    """Mask [W, W] of a winding river from row y0 down, its centre and half width by row."""
    rows = W - y0
    t = np.linspace(0, 1, rows, dtype=np.float32)
    bend = rng.uniform(.7, 1.0) * rng.choice((-1, 1))
    s = np.log(t * 9 + .45)
    centre = W / 2 + rng.uniform(-16, 16) + bend * np.sin(s * rng.uniform(2.3, 2.9) + rng.uniform(0, 6)) \
        * (8 + 62 * t ** .9)
    half = 2.0 + 38 * t ** 1.25
    x = np.arange(W, dtype=np.float32)[None, :]
    wob = fbm(rng, rows, W, 10, 2, .5, 3) * (.3 + 2.2 * t)[:, None]
    m = np.zeros((W, W), np.float32)
    m[y0:] = np.clip(half[:, None] - np.abs(x - centre[:, None]) + wob + .5, 0, 1)
    return m, centre.astype(np.float32), half.astype(np.float32)


def river(img: Array, above: Array, rng: np.random.Generator, light: Light, y0: int,
          time: str, light_x: float | None) -> tuple[Array, Array]:
    """Lay a river over the ground; above is the picture before the ground was drawn."""
    m, centre, half = river_mask(rng, y0)
    full = above.copy()
    lake(full, rng, y0, light, .8, light_x, time)
    bank = cv2.dilate(m, np.ones((3, 5), np.uint8))
    img *= (1 - .28 * np.clip(bank - m, 0, 1))[..., None]
    img += (full * 1.04 - img) * m[..., None]
    return centre, half
