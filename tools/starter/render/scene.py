# SPDX-License-Identifier: Apache-2.0
"""The scene graph: which things a picture holds and where."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .palette import FLOWERS, HOUSES, SAILS

Rng = np.random.Generator
SPAN = {"left": (.10, .33), "right": (.67, .90), "centre": (.44, .56)}
STYLES = ("oil", "watercolour", "pencil", "pixel", "lowpoly")
SKY = {"day": ("blue",), "dawn": ("pink", "golden"), "sunset": ("orange", "red", "pink", "purple", "golden"),
       "dusk": ("purple", "blue"), "night": ("dark",)}


@dataclass
class Thing:
    """One kind of object: places as fractions of the width, and its attributes."""

    xs: list[float]
    side: str | None = None
    count: int | None = None
    colour: str | None = None
    y: float | None = None


@dataclass
class Scene:
    """Everything needed to draw and to describe one picture."""

    kind: str
    time: str
    season: str
    weather: str
    style: str
    sky: str
    things: dict[str, Thing] = field(default_factory=dict)
    flags: dict[str, object] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """True if the object is in the picture."""
        return name in self.things


def pick(rng: Rng, table: dict[str, float]) -> str:
    """Weighted choice."""
    w = np.array(list(table.values()), float)
    return list(table)[int(rng.choice(len(w), p=w / w.sum()))]


def _place(rng: Rng, side: str) -> float:
    return float(rng.uniform(*SPAN[side]))


def _group(rng: Rng, n: int, side: str | None) -> list[float]:
    """n positions on one side (or spread over the width), well apart."""
    if side is None:
        xs = (np.arange(n) + rng.uniform(.3, .7, n)) / n
        return [float(.06 + .88 * x) for x in xs]
    if n == 1:
        return [_place(rng, side)]
    lo, hi = {"left": (.07, .42), "right": (.58, .93), "centre": (.32, .68)}[side]
    pitch = min((hi - lo) / max(n - 1, 1), .155)
    start = lo + (hi - lo - pitch * (n - 1)) * rng.random()
    return [float(start + pitch * i + rng.uniform(-.012, .012)) for i in range(n)]


def sample(rng: Rng) -> Scene:
    """Draw a scene from the distribution of the data set."""
    kind = pick(rng, {"lake": .25, "mountains": .13, "meadow": .18, "sea": .18, "river": .11, "forest": .10, "desert": .05})
    time = pick(rng, {"dawn": .14, "day": .34, "sunset": .23, "dusk": .10, "night": .19})
    season = pick(rng, {"spring": .22, "summer": .30, "autumn": .21, "winter": .27})
    if kind == "desert":
        season = "summer"
    if kind == "sea" and season == "winter":  # snow does not lie on water
        season = "summer"
    weather = pick(rng, {"clear": .50, "cloudy": .20, "fog": .12, "rain": .07, "snow": .07, "storm": .05})
    if season == "winter" and weather in ("rain", "storm"):
        weather = "snow"
    if season != "winter" and weather == "snow":
        weather = "clear"
    if kind == "desert" and weather in ("rain", "storm", "fog"):
        weather = "clear"
    if weather in ("rain", "snow", "storm") and time in ("dawn", "sunset"):
        time = pick(rng, {"day": .7, "dusk": .15, "night": .15})
    style = "none" if rng.random() < .6 else STYLES[int(rng.integers(5))]
    if style != "none":  # keep stylised pictures readable
        if weather in ("fog", "rain", "storm") and rng.random() < .7:
            weather = "clear"
        if time in ("night", "dusk") and rng.random() < .4:
            time = "sunset" if weather != "snow" else "day"
    sky = SKY[time][int(rng.integers(len(SKY[time])))]
    if time == "day" and (weather in ("rain", "snow", "storm", "fog") or (weather == "cloudy" and rng.random() < .4)):
        sky = "grey"
    if time == "dusk" and weather in ("rain", "snow", "storm"):
        sky = "grey"
    if time == "dawn" and weather == "fog" and rng.random() < .4:
        sky = "grey"
    if weather == "fog" and sky == "golden":
        sky = "pink"
    s = Scene(kind, time, season, weather, style, sky)
    _heaven(s, rng)
    _land(s, rng)
    _trees(s, rng)
    _extras(s, rng)
    return s


def _heaven(s: Scene, rng: Rng) -> None:
    open_sky = s.weather in ("clear", "cloudy")
    side = ("left", "right", "centre")[int(rng.choice(3, p=(.38, .38, .24)))]
    chance = {"day": .55, "dawn": .75, "sunset": .88}.get(s.time, 0)
    if s.weather == "fog":
        chance *= .6
    if s.sky == "grey":
        chance = 0
    if s.kind == "forest":
        chance *= .7
    if (open_sky or s.weather == "fog") and rng.random() < chance:
        y = {"day": rng.uniform(.12, .30), "dawn": rng.uniform(.68, .88), "sunset": rng.uniform(.70, .92)}[s.time]
        s.things["sun"] = Thing([_place(rng, side)], side, y=float(y))
    elif open_sky and s.time == "night" and rng.random() < .72:
        s.things["moon"] = Thing([_place(rng, side)], side, y=float(rng.uniform(.16, .5)))
        s.flags["crescent"] = bool(rng.random() < .45)
    elif open_sky and s.time == "dusk" and rng.random() < .3:
        s.things["moon"] = Thing([_place(rng, side)], side, y=float(rng.uniform(.16, .45)))
        s.flags["crescent"] = True
    if s.time == "night" and s.weather == "clear":
        s.things["stars"] = Thing([])
        if s.season == "winter" and rng.random() < .45 or rng.random() < .06:
            s.things["aurora"] = Thing([])
    if s.weather in ("cloudy", "rain", "storm"):
        s.things["clouds"] = Thing([])
    elif s.weather == "clear" and s.time == "day" and rng.random() < .45:
        s.things["clouds"] = Thing([], colour="white")
        s.flags["cumulus"] = int(rng.integers(2, 5))
    if s.time == "day" and s.season != "winter" and s.kind != "desert" and s.kind != "forest":
        if rng.random() < {"rain": .35, "cloudy": .08, "clear": .04}.get(s.weather, 0) and not s.has("sun"):
            s.things["rainbow"] = Thing([])
    if s.weather == "storm" and rng.random() < .6:
        side = ("left", "right")[int(rng.integers(2))]
        s.things["lightning"] = Thing([_place(rng, side)], side)


def _land(s: Scene, rng: Rng) -> None:
    if s.kind in ("lake", "sea", "river", "mountains"):
        s.things[s.kind] = Thing([])
    high = {"lake": .72, "mountains": 1., "meadow": .30, "river": .55, "sea": .0}.get(s.kind, 0.)
    if s.kind != "forest" and s.kind != "desert":
        if rng.random() < high:
            s.things["mountains"] = Thing([])
            s.flags["peaks"] = int(rng.choice((1, 2, 3, 4), p=(.18, .3, .32, .2)))
            s.flags["snow"] = 1.0 if s.season == "winter" else float(
                rng.choice((0.0, .48, .75), p=(.3, .4, .3) if s.season != "summer" else (.5, .35, .15)))
        if s.kind in ("meadow", "river") or (s.kind in ("lake", "mountains") and rng.random() < .35) \
                or (s.kind == "lake" and not s.has("mountains")):
            s.things["hills"] = Thing([])
    if s.kind == "sea":
        if rng.random() < .55:
            s.things["beach"] = Thing([])
        elif rng.random() < .45:
            s.things["cliffs"] = Thing([], ("left", "right")[int(rng.integers(2))])


def _trees(s: Scene, rng: Rng) -> None:
    table = {"pine": .42, "oak": .34, "birch": .24}
    if s.season == "spring" and s.kind in ("lake", "meadow", "river"):
        table = {"pine": .24, "oak": .22, "birch": .18, "blossom": .36}
    if s.kind == "sea":
        table = {"palm": 1.0}
        if not s.has("beach") or s.season in ("winter",) or rng.random() < .35:
            return
    if s.kind == "desert":
        table = {"cactus": .65, "palm": .35}
    kind = pick(rng, table)
    if kind == "birch" and s.season == "winter" and rng.random() < .8:
        kind = "pine"
    if s.kind == "forest":
        kind = pick(rng, {"pine": .45, "oak": .25, "birch": .30 if s.season != "winter" else .08})
        s.things[kind] = Thing([])
        s.flags["wood"] = kind
        if rng.random() < .3:
            s.things["river"] = Thing([])
        return
    if rng.random() > .70:
        return
    n = int(rng.choice((1, 2, 3, 4), p=(.40, .31, .18, .11)))
    side = ("left", "right", "centre")[int(rng.choice(3, p=(.43, .43, .14)))] if n <= 2 or rng.random() < .6 else None
    sun = s.things.get("sun") or s.things.get("moon")
    if side and sun and sun.side == side and rng.random() < .85:
        side = {"left": "right", "right": "left", "centre": ("left", "right")[int(rng.integers(2))]}[side]
    if n == 4 and side == "centre":
        side = None
    s.things[kind] = Thing(_group(rng, n, side), side, n)
    s.flags["trees"] = kind


def _extras(s: Scene, rng: Rng) -> None:
    tree = s.things.get(str(s.flags.get("trees", "")))
    busy = tree.side if tree else None
    free = [k for k in ("left", "right", "centre") if k != busy and not (s.kind == "river" and k == "centre")]
    spread = tree is not None and tree.side is None
    if s.kind in ("lake", "mountains", "meadow", "river") and rng.random() < .36 and not spread:
        side = free[int(rng.integers(len(free)))]
        x = min(.80, max(.20, _place(rng, side)))
        if tree is None or min(abs(x - t) for t in tree.xs) > .2:
            s.things["house"] = Thing([x], side, 1, list(HOUSES)[int(rng.choice(5, p=(.28, .26, .12, .12, .22)))])
    if s.kind in ("sea", "lake") and rng.random() < (.45 if s.kind == "sea" else .30) and s.weather != "storm":
        n = int(rng.choice((1, 2, 3), p=(.68, .2, .12))) if s.kind == "sea" else 1
        side = ("left", "right", "centre")[int(rng.choice(3, p=(.35, .35, .3)))] if n == 1 else None
        cliff = s.things.get("cliffs")
        home = s.things.get("house")
        if spread or (side is None and (tree or home)):
            side = "centre" if busy != "centre" and not spread else None
            if side is None:
                return
            n = 1
        if side is not None and (spread or side == busy or (home and home.side == side)):
            side = next((k for k in ("centre", "right", "left") if k != busy and not (home and home.side == k)), side)
            if spread:
                return
        if side is None or cliff is None or cliff.side != side:
            xs = [_place(rng, side)] if side else [float(.06 + .88 * (i + rng.uniform(.3, .7)) / n) for i in range(n)]
            s.things["boat"] = Thing(xs, side, n, list(SAILS)[int(rng.choice(5, p=(.36, .26, .14, .12, .12)))])
    if s.kind == "sea" and not s.has("beach") and rng.random() < .5:
        side = s.things["cliffs"].side if s.has("cliffs") else ("left", "right")[int(rng.integers(2))]
        boat = s.things.get("boat")
        if boat is None or (boat.side not in (side, None) and len(boat.xs) == 1):
            x = float(rng.uniform(.12, .24) if side == "left" else rng.uniform(.76, .88))
            s.things["lighthouse"] = Thing([x], side, 1)
    if s.kind in ("meadow", "mountains", "lake", "river") and s.season in ("spring", "summer") and s.time != "night" \
            and rng.random() < {"meadow": .62, "mountains": .4, "lake": .3, "river": .3}[s.kind]:
        s.things["flowers"] = Thing([], colour=list(FLOWERS)[int(rng.integers(len(FLOWERS)))])
    if s.kind != "forest" and s.time != "night" and s.weather in ("clear", "cloudy") and rng.random() < .24 \
            and not s.has("rainbow"):
        n = int(rng.choice((1, 2, 3, 4, 5), p=(.14, .2, .3, .2, .16)))
        side = ("left", "right")[int(rng.integers(2))]
        sun = s.things.get("sun")
        if not (sun and sun.side == side):
            lo = .10 if side == "left" else .56
            xs = [float(lo + .34 * (i + rng.uniform(.25, .75)) / n) for i in range(n)]
            s.things["birds"] = Thing(xs, side, n)
