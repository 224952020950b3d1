# SPDX-License-Identifier: Apache-2.0
"""Draws a scene layer by layer and returns the finished picture."""

from __future__ import annotations

import cv2
import numpy as np

from . import sky, terrain, things, trees, water, weather
from .brush import canvas_on
from .forest import forest
from .noise import fbm, line, luma
from .palette import Light, make_light, rgb
from .scene import Scene
from .styles import APPLY

Array = np.ndarray
W = 256


def _bank(s: Scene, rng: np.random.Generator) -> Array:
    """Foreground shore line [W]: high under what stands on it."""
    x = np.arange(W, dtype=np.float32) / W
    stand = [v for k in (str(s.flags.get("trees", "")), "house") if k in s.things for v in s.things[k].xs]
    y = np.full(W, 1.0 if stand else rng.choice((.93, 1.06)), np.float32)
    for v in stand:
        y = np.minimum(y, 1.09 - .26 * np.exp(-((x - v) / .30) ** 2))
    if s.has("flowers"):
        y = np.minimum(y, .86)
    y = cv2.GaussianBlur(y[None], (0, 0), 9, borderType=cv2.BORDER_REPLICATE)[0]
    return (y * W + line(rng, W, 4, 4) * 1.6).astype(np.float32)


def _heaven(img: Array, s: Scene, rng: np.random.Generator, light: Light, hz: float) -> None:
    if s.has("stars"):
        sky.stars(img, rng, hz, 1.0 if not s.has("moon") else .8)
    elif s.time == "dusk" and s.weather == "clear":
        sky.stars(img, rng, hz * .6, .2)
    if s.has("aurora"):
        sky.aurora(img, rng, hz)
    if s.has("sun"):
        t = s.things["sun"]
        sky.sun(img, t.xs[0] * W, t.y * hz, rng.uniform(11, 14) if s.time == "day" else rng.uniform(13, 19), s.time, light)
    elif s.time in ("sunset", "dawn", "dusk") and s.weather in ("clear", "cloudy"):
        sky.add_glow(img, light.side, hz, light, .45 if s.time != "dusk" else .3, 110)
    if s.has("moon"):
        t = s.things["moon"]
        sky.moon(img, rng, t.xs[0] * W, t.y * hz, rng.uniform(13, 17), bool(s.flags["crescent"]), light)
    body = s.things.get("sun") or s.things.get("moon")
    at = (body.xs[0] * W, float(body.y or 0) * hz) if body else None
    if s.weather == "cloudy":
        sky.clouds(img, rng, hz, rng.uniform(.46, .62), light, s.time, clear=at)
    elif s.weather == "rain":
        sky.clouds(img, rng, hz, .8, light, s.time, .30)
    elif s.weather == "storm":
        sky.clouds(img, rng, hz, .85, light, s.time, .62)
    elif s.has("clouds"):
        sky.cumulus(img, rng, hz, int(s.flags["cumulus"]), light, s.time)
    elif s.weather == "clear" and s.time in ("sunset", "dawn", "dusk") and rng.random() < .5:
        sky.clouds(img, rng, hz, .28, light, s.time, clear=at)
    if s.has("rainbow"):
        sky.rainbow(img, rng, hz)
    if s.has("lightning"):
        sky.lightning(img, rng, s.things["lightning"].xs[0] * W, hz)


def _range(img: Array, s: Scene, rng: np.random.Generator, light: Light, hz: float, lift: float) -> None:
    """Mountains, far hills and a wood down to row hz."""
    if s.has("mountains"):
        snow = float(s.flags["snow"])
        body = s.things.get("sun") or s.things.get("moon")
        gap = body.xs[0] * W if body else None
        if rng.random() < .5:
            terrain.mountains(img, rng, light, hz + 2, 52 * lift, s.season, snow, .62, 4, gap)
        terrain.mountains(img, rng, light, hz + 4, rng.uniform(88, 112) * lift, s.season, snow, .10,
                          int(s.flags["peaks"]), gap)
    if s.has("hills") or not s.has("mountains"):
        top = terrain.hills(img, rng, light, hz - (18 if s.has("mountains") else 36) * lift, hz - 5, 2 if s.has("mountains") else 3,
                            s.season, 5 if s.has("mountains") else 9)
    else:
        top = terrain.hill_line(rng, hz - 3, 2.0)
    kind = "pine" if s.flags.get("trees") == "pine" or rng.random() < .5 else "oak"
    if s.has("mountains") or rng.random() < .5:
        with canvas_on(img) as c:
            trees.tree_line(c, rng, light, np.maximum(top, hz - 5), s.season, kind, 13, .36, 70)


def _stand(img: Array, s: Scene, rng: np.random.Generator, light: Light, ground: Array, near: float) -> None:
    """Trees and houses on the ground line; near is the size of a tall tree in pixels."""
    snowy = s.season == "winter"
    lamps = s.time in ("dusk", "night")
    with canvas_on(img) as c:
        if s.has("house"):
            t = s.things["house"]
            x = t.xs[0] * W
            things.house(c, rng, x, float(ground[int(x)]) + 7, rng.uniform(60, 74), light, str(t.colour), snowy, lamps)
        kind = str(s.flags.get("trees", ""))
        if kind in s.things:
            t = s.things[kind]
            n = len(t.xs)
            for v in rng.permutation(t.xs):
                x = v * W
                y = float(ground[int(np.clip(x, 0, W - 1))]) + rng.uniform(5, 11)
                h = near * rng.uniform(.86, 1.14) * (1.08 - .07 * n) * {"oak": .92, "blossom": .88, "cactus": .62}.get(kind, 1.0)
                trees.shadow(c, x, y, h * (.30 if kind in ("oak", "blossom") else .18), light, snowy)
                trees.DRAW[kind](c, rng, x, y, h, light, s.season, 0.0, snowy)
    if s.has("flowers"):
        with canvas_on(img) as c:
            bot = 262.0
            things.flowers(c, rng, ground, str(s.things["flowers"].colour), light,
                           430 if s.kind in ("meadow", "mountains") else 200, bot)


def _boats(img: Array, s: Scene, rng: np.random.Generator, light: Light, y0: float, y1: float, size: float) -> None:
    if s.has("boat"):
        t = s.things["boat"]
        k = 1.0 if len(t.xs) == 1 else .72
        with canvas_on(img) as c:
            for x in t.xs:
                things.boat(c, rng, x * W, rng.uniform(y0, y1), size * k * rng.uniform(.88, 1.12), light, str(t.colour),
                            int(rng.choice((-1, 1))))


def _water_scene(img: Array, s: Scene, rng: np.random.Generator, light: Light, hz: int, lx: float | None) -> None:
    if s.kind == "lake":
        _range(img, s, rng, light, hz, 1.0)
        if s.weather == "fog":
            weather.fog(img, rng, light, hz, .62)
        calm = {"storm": .2, "rain": .4, "cloudy": .75}.get(s.weather, .95)
        water.lake(img, rng, hz, light, calm, lx, s.time)
        _boats(img, s, rng, light, hz + 26, hz + 42, 62)
        bank = _bank(s, rng)
        terrain.meadow(img, rng, light, bank, s.season)
        _stand(img, s, rng, light, bank, 118)
        return
    rough = {"storm": 1.0, "rain": .6, "cloudy": .35}.get(s.weather, .12)
    if s.has("cliffs"):
        left = s.things["cliffs"].side == "left"
        x = np.arange(W, dtype=np.float32) if left else np.arange(W, dtype=np.float32)[::-1]
        top = hz - 62 * np.clip(1 - (x / 120) ** 2.6, 0, 1) + line(rng, W, 6, 4) * 2.4
        top = np.where(x < 122, top, hz + 2).astype(np.float32)
        n = fbm(rng, W, W, 12, 4, .6, .45) * .10
        terrain.slab(img, top, light.lit(rgb(.62, .54, .46), .7, .12), light.lit(rgb(.40, .36, .34), .4, .08), 60, n)
        grassy = terrain.grass(s.season, .4)
        gy = np.arange(W, dtype=np.float32)[:, None] - top[None, :]
        m = (np.clip(gy + .5, 0, 1) * np.clip(7 - gy + n * 20, 0, 1) * (x < 116)[None, :])[..., None]
        img += (light.lit(grassy, .8, .1) - img) * m
    water.sea(img, rng, hz, light, rough, lx, s.time, s.has("beach"))
    if s.has("lighthouse"):
        t = s.things["lighthouse"]
        x = t.xs[0] * W
        y = hz - 42 if s.has("cliffs") else hz + 34
        with canvas_on(img) as c:
            things.lighthouse(c, rng, x, y, 104 if not s.has("cliffs") else 76, light, s.time in ("dusk", "night"))
    _boats(img, s, rng, light, hz + 16, hz + 42, 74)
    if s.has("beach"):
        x = np.arange(W, dtype=np.float32) / W
        palm = s.things.get("palm")
        lean = rng.uniform(-.16, .16) if palm is None or palm.side in (None, "centre") else (.17 if palm.side == "left" else -.17)
        top = ((.83 + lean * (x - .5) * 1.5 + .035 * np.sin(x * 5 + rng.uniform(0, 6))) * W).astype(np.float32)
        terrain.sand(light, img, rng, top)
        water.surf(img, rng, light, top)
        _stand(img, s, rng, light, top + 12, 132)


def _land_scene(img: Array, s: Scene, rng: np.random.Generator, light: Light, hz: int, lx: float | None) -> None:
    if s.kind == "desert":
        crest = terrain.dunes(img, rng, light, hz)
        _stand(img, s, rng, light, np.maximum(crest - 10, hz + 50), 112)
        return
    if s.kind == "mountains":
        _range(img, s, rng, light, hz, 1.12)
    else:
        _range(img, s, rng, light, hz, .82)
    if s.weather == "fog":
        weather.fog(img, rng, light, hz, .62)
    above = img.copy()
    if s.kind == "meadow":
        top = terrain.hills(img, rng, light, hz + 2, hz + 20, 2, s.season, 6)
        top = terrain.hill_line(rng, hz + 34, 8)
    else:
        top = terrain.hill_line(rng, hz + 1, 1.5)
    terrain.meadow(img, rng, light, top, s.season)
    ground = np.maximum(top + 26, hz + (58 if s.kind != "river" else 62)).astype(np.float32)
    if s.kind == "river":
        centre, half = water.river(img, above, rng, light, hz + 2, s.time, lx)
        _clear_river(s, centre, half, ground, hz)
    _stand(img, s, rng, light, ground, 108)


def _clear_river(s: Scene, centre: Array, half: Array, ground: Array, hz: int) -> None:
    """Lift the feet of things that would stand in the river to its bank."""
    for name in (str(s.flags.get("trees", "")), "house"):
        if name in s.things:
            for v in s.things[name].xs:
                x = int(np.clip(v * W, 0, W - 1))
                need = 34 if name == "house" else 8
                row = int(ground[x]) - hz
                while row > 10 and abs(x - centre[row]) < half[row] + need:
                    row -= 3
                lo, hi = max(0, x - 10), min(W, x + 10)
                ground[lo:hi] = row + hz


def draw(s: Scene, rng: np.random.Generator) -> Array:
    """Picture uint8 [128, 128, 3] of a scene."""
    horizon = {"lake": (.50, .58), "mountains": (.60, .68), "meadow": (.48, .56), "sea": (.46, .58), "river": (.44, .52),
               "forest": (.55, .62), "desert": (.46, .54)}[s.kind]
    hz = int(rng.uniform(*horizon) * W)
    source = s.things.get("sun") or s.things.get("moon")
    x = source.xs[0] * W if source else rng.choice((.2, .8)) * W
    light = make_light(s.time, s.sky, s.weather, float(x))
    reach = {"lake": 1.0, "sea": 1.0}.get(s.kind, .9)
    lift = hz
    if s.has("sun") and s.time != "day" and (s.has("mountains") or s.has("hills") or s.kind == "forest"):
        s.things["sun"].y *= .56 if s.has("mountains") else .74
    img = sky.gradient(light, hz)
    _heaven(img, s, rng, light, lift * reach if s.kind != "mountains" else hz * .8)
    lx = float(x) if source and s.weather in ("clear", "cloudy") else None
    if s.kind == "forest":
        forest(img, s, rng, light, hz)
    elif s.kind in ("lake", "sea"):
        _water_scene(img, s, rng, light, hz, lx)
    else:
        _land_scene(img, s, rng, light, hz, lx)
    if s.has("birds"):
        t = s.things["birds"]
        with canvas_on(img) as c:
            ys = [rng.uniform(.10, .34) * hz + 4 for _ in t.xs]
            things.birds(c, rng, [v * W for v in t.xs], ys, rng.uniform(21, 26), light, s.time)
    if s.weather == "fog":
        weather.fog(img, rng, light, hz + 16, .50)
    elif s.weather in ("rain", "storm"):
        weather.rain(img, rng, 1.0 if s.weather == "rain" else 1.2)
    elif s.weather == "snow":
        weather.snow(img, rng, 1.0, light)
    return finish(img, s, rng)


def finish(img: Array, s: Scene, rng: np.random.Generator) -> Array:
    """Grade, style and halve the picture."""
    img = np.clip(img, 0, 1).astype(np.float32)
    m = luma(img)[..., None]
    img = np.clip(m + (img - m) * (1.08 if s.time in ("day", "dawn", "night") else .98), 0, 1)
    if s.time != "night":
        img = img + .35 * (img * img * (3 - 2 * img) - img)
    else:
        img = np.minimum(img * 1.22, 1) ** .92
    if s.style in APPLY:
        img = np.clip(APPLY[s.style](img, rng), 0, 1)
    if s.style == "pixel":
        small = np.ascontiguousarray(img[::2, ::2])
    else:
        small = cv2.resize(img.astype(np.float32), (W // 2, W // 2), interpolation=cv2.INTER_AREA)
    return np.clip(small * 255 + .5, 0, 255).astype(np.uint8)
