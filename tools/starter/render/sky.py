# SPDX-License-Identifier: Apache-2.0
"""Sky: gradient, sun or moon, stars, clouds, aurora, rainbow, lightning."""

from __future__ import annotations

import cv2
import numpy as np

from .noise import fbm, line, smoothstep
from .palette import Light, mix, rgb

Array = np.ndarray
W = 256


def gradient(light: Light, horizon: float) -> Array:
    """Vertical three-stop gradient [W, W, 3]; horizon is its row."""
    t = np.clip(np.arange(W, dtype=np.float32) / max(horizon, 1.0), 0, 1)[:, None]
    k = 0.55
    upper = light.zenith + (light.middle - light.zenith) * smoothstep(0, 1, t / k)
    lower = light.middle + (light.horizon - light.middle) * ((t - k) / (1 - k))
    col = np.where(t < k, upper, lower).astype(np.float32)
    return np.repeat(col[:, None, :], W, 1)


def _radius(x: float, y: float, stretch: float = 1.0) -> Array:
    gx = np.arange(W, dtype=np.float32) - x
    gy = (np.arange(W, dtype=np.float32) - y) * stretch
    return np.sqrt(gx[None, :] ** 2 + gy[:, None] ** 2)


def add_glow(img: Array, x: float, y: float, light: Light, strength: float, wide: float) -> None:
    """Warm the sky round a light at (x, y); wide is the radius in pixels."""
    r = _radius(x, y, 1.35)
    g = strength * (0.6 * np.exp(-(r / wide) ** 1.3) + 0.4 * np.exp(-(r / (wide * .35)) ** 1.2))
    g = np.clip(g, 0, 1)[..., None]
    img += (light.glow * 1.04 - img) * g


def sun(img: Array, x: float, y: float, size: float, time: str, light: Light) -> None:
    """Disc of the sun with its glow; size is the radius in pixels."""
    add_glow(img, x, y, light, 0.85 if time != "day" else 0.7, 95 if time != "day" else 60)
    core = {"day": rgb(1, .99, .90), "dawn": rgb(1, .97, .80)}.get(time, rgb(1, .93, .58))
    m = np.clip(size - _radius(x, y) + .5, 0, 1)[..., None]
    img += (core - img) * m


def moon(img: Array, rng: np.random.Generator, x: float, y: float, size: float,
         crescent: bool, light: Light) -> None:
    """Full or crescent moon with a cold halo."""
    add_glow(img, x, y, light, 0.5, 46)
    m = np.clip(size - _radius(x, y) + .5, 0, 1)
    if crescent:
        m = m * np.clip(_radius(x + size * .55, y - size * .25) - size * .85 + .5, 0, 1)
        face = np.ones((W, W, 1), np.float32)
    else:
        face = 1.0 - 0.10 * smoothstep(.2, 1.2, fbm(rng, W, W, 14, 3))[..., None]
    img += (rgb(.99, .97, .88) * face - img) * m[..., None]


def stars(img: Array, rng: np.random.Generator, horizon: float, amount: float) -> None:
    """Stars fading towards the horizon; amount 1 is a full starry sky."""
    n = int(150 * amount)
    xs, ys = rng.integers(1, W - 2, n), (rng.random(n) ** 1.3 * horizon * .92).astype(int)
    b = (0.35 + 0.65 * rng.random(n) ** 2) * (1 - ys / (horizon * 1.15))
    layer = np.zeros((W, W), np.float32)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        layer[np.minimum(ys + dy, W - 1), xs + dx] = b * 1.15
    big = rng.random(n) < .1
    for x, y in zip(xs[big], ys[big]):
        layer[y:y + 2, max(0, x - 2):x + 4] += .35
        layer[max(0, y - 2):y + 4, x:x + 2] += .35
    if amount > 0.9:  # a band of milky light
        a = rng.uniform(-.8, .8)
        gx = np.arange(W, dtype=np.float32)[None, :] - rng.uniform(60, 200)
        gy = np.arange(W, dtype=np.float32)[:, None]
        d = (gx + gy * a) / np.hypot(1, a)
        band = np.exp(-(d / 30) ** 2) * (.5 + .3 * fbm(rng, W, W, 6, 4))
        img += np.clip(band, 0, 1)[..., None] * rgb(.10, .11, .17)
    img += layer[..., None] * rgb(.95, .97, 1)


def _warp_rows(field: Array, horizon: float) -> Array:
    """Squash a field's rows towards the horizon as a ceiling seen from below."""
    y = np.arange(W, dtype=np.float32)
    d = np.clip((horizon + 10 - y) / (horizon + 10), .06, 1)
    my = np.repeat((W - 1) * (1 - np.power(d, .62))[:, None], W, 1)
    x = np.arange(W, dtype=np.float32)[None, :]
    mx = np.mod(128 + (x - 128) * (1.15 / np.power(d, .55))[:, None] + 2 * W, W - 1)
    return cv2.remap(field, mx.astype(np.float32), my.astype(np.float32), cv2.INTER_LINEAR)


def clouds(img: Array, rng: np.random.Generator, horizon: float, cover: float,
           light: Light, time: str, dark: float = 0.0,
           clear: tuple[float, float] | None = None) -> None:
    """Noise clouds lit from the light's side; cover 0..1, dark 0..1 for storms.

    clear is a point (the sun or the moon) round which the clouds part.
    """
    f = fbm(rng, W, W, 4, 6, .52, 1.7)
    f = .5 * (f + f[:, ::-1])  # wraps without a seam
    f = np.roll(f / f.std(), int(rng.integers(W)), 1)
    dx = 5 if light.side > W / 2 else -5
    relief = f - np.roll(cv2.GaussianBlur(f, (0, 0), 3), (4, -dx), (0, 1))
    f, relief = _warp_rows(f, horizon), _warp_rows(relief, horizon)
    thr = 1.05 - 2.3 * cover
    m = smoothstep(thr, thr + .85, f)
    if clear is not None:
        m = m * (1 - np.exp(-(_radius(*clear) / 27) ** 4))
    top = {"day": rgb(1, 1, 1), "dawn": rgb(1, .88, .84), "sunset": mix(light.horizon, rgb(1, .80, .62), .4),
           "dusk": mix(light.horizon, light.middle, .35), "night": rgb(.24, .29, .42)}[time]
    low = mix(light.middle, light.zenith, .5) * (.86 if time != "night" else 1.6)
    if time == "day":
        low = mix(rgb(.62, .67, .76), light.middle, .25)
    top, low = top * (1 - .62 * dark), low * (1 - .62 * dark)
    s = smoothstep(-.9, 1.0, relief * 1.1 - (m - .5) * .5)[..., None]
    img += (low + (top - low) * s - img) * (m * .94)[..., None]


def cumulus(img: Array, rng: np.random.Generator, horizon: float, n: int, light: Light,
            time: str) -> None:
    """n puffy flat-bottomed clouds."""
    top = {"day": rgb(1, 1, 1), "dawn": rgb(1, .90, .86), "sunset": mix(light.horizon, rgb(1, .85, .7), .5),
           "dusk": mix(light.horizon, light.middle, .3), "night": rgb(.26, .31, .45)}[time]
    low = {"day": rgb(.70, .78, .88), "night": rgb(.09, .12, .24)}.get(
        time, mix(light.middle, light.zenith, .45))
    edge = fbm(rng, W, W, 12, 4) * 2.6
    gx, gy = np.arange(W, dtype=np.float32)[None, :], np.arange(W, dtype=np.float32)[:, None]
    for i in range(n):
        cx = (i + rng.uniform(.15, .85)) * W / n
        cy = rng.uniform(.14, .62) * horizon
        s = rng.uniform(.7, 1.2) * (1.15 - .6 * cy / horizon) * 26
        best = np.full((W, W), -99., np.float32)
        for k in range(9):
            t = (k - 4) / 4 + rng.uniform(-.12, .12)
            r = s * (.28 + .55 * (1 - t * t)) * rng.uniform(.75, 1.15)
            px, py = cx + t * s * 1.7, cy - r * .35
            best = np.maximum(best, r - np.sqrt((gx - px) ** 2 + ((gy - py) * 1.15) ** 2))
        base = (cy + s * .12 - gy) * 1.0
        body = np.minimum(best + edge, base + edge * .35)
        m = smoothstep(-1.5, 3.5, body)
        dx = np.sign(light.side - cx) * .25
        v = np.clip((cy - gy + (gx - cx) * dx) / (s * .95) + .12 * edge / 2.6, 0, 1)
        img += (low + (top - low) * smoothstep(0, .8, v)[..., None] - img) * (m * .96)[..., None]


def aurora(img: Array, rng: np.random.Generator, horizon: float) -> None:
    """Green and violet curtains over a night sky."""
    gy = np.arange(W, dtype=np.float32)[:, None]
    for k in range(2):
        foot = horizon * rng.uniform(.42, .68) + line(rng, W, 2, 3, .4) * 13
        tall = horizon * rng.uniform(.35, .55)
        v = (foot[None, :] - gy) / tall
        a = np.where(v > 0, np.exp(-v * 1.7), np.exp(v * 12)) * smoothstep(1.7, .5, v)
        rays = np.clip(.75 + .35 * line(rng, W, 10, 4, .7), .1, 1.5)
        col = mix(rgb(.20, .95, .50), rgb(.30, .85, .70), k * .6)
        c = col + (rgb(.55, .25, .80) - col) * smoothstep(.35, 1.3, v)[..., None]
        img += c * (a * rays[None, :] * (.62 if k == 0 else .4))[..., None]


def rainbow(img: Array, rng: np.random.Generator, horizon: float) -> None:
    """A full arc above the horizon."""
    r0 = rng.uniform(.66, .86) * horizon
    r = _radius(W / 2 + rng.uniform(-30, 30), horizon + 6)
    t = (r - r0) / 15
    hue = np.clip(1 - t, 0, 1) * 130
    hsv = np.dstack([hue, np.full_like(hue, 210), np.full_like(hue, 255)]).astype(np.uint8)
    c = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.float32) / 255
    a = smoothstep(0, .12, t) * smoothstep(1, .88, t) * .62
    img += (c - img) * a[..., None]


def lightning(img: Array, rng: np.random.Generator, x: float, horizon: float) -> None:
    """A forked bolt from the clouds to the horizon."""
    layer = np.zeros((W, W), np.float32)
    n = 12
    pts = np.stack([x + np.cumsum(rng.normal(0, 7, n)), np.linspace(8, horizon, n)], 1)
    cv2.polylines(layer, [(pts * 8).astype(np.int32)], False, 1.0, 3, cv2.LINE_AA, 3)
    k = int(rng.integers(4, 7))
    fork = pts[k] + np.stack([np.cumsum(rng.uniform(3, 12, 5)) * rng.choice((-1, 1)),
                              np.cumsum(rng.uniform(6, 14, 5))], 1)
    fork = np.vstack([pts[k:k + 1], fork])
    cv2.polylines(layer, [(fork * 8).astype(np.int32)], False, .8, 2, cv2.LINE_AA, 3)
    layer = np.clip(layer, 0, 1)
    halo = cv2.GaussianBlur(layer, (0, 0), 9) * 2.2
    img += halo[..., None] * rgb(.5, .5, .85)
    img += (rgb(.98, .97, 1) - img) * layer[..., None]
