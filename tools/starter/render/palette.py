# SPDX-License-Identifier: Apache-2.0
"""Colours of the sky and of the light for each hour and each weather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


def rgb(r: float, g: float, b: float) -> Array:
    """Colour as float32 [3], components 0..1."""
    return np.array((r, g, b), np.float32)


def mix(a: Array, b: Array, t: float) -> Array:
    """Linear blend of two colours."""
    return a * (1.0 - t) + b * t


# (time, sky colour word) -> zenith, middle, horizon
SKIES = {
    ("day", "blue"): ((.16, .43, .82), (.42, .69, .95), (.82, .92, .98)),
    ("day", "grey"): ((.50, .55, .62), (.65, .69, .74), (.80, .83, .85)),
    ("dawn", "pink"): ((.50, .60, .86), (.93, .70, .80), (1., .86, .78)),
    ("dawn", "golden"): ((.47, .65, .86), (.95, .84, .70), (1., .90, .60)),
    ("dawn", "grey"): ((.58, .60, .68), (.74, .72, .75), (.90, .84, .80)),
    ("sunset", "orange"): ((.25, .29, .53), (.94, .48, .22), (1., .78, .32)),
    ("sunset", "red"): ((.26, .08, .22), (.80, .18, .16), (1., .52, .22)),
    ("sunset", "pink"): ((.38, .34, .68), (.95, .44, .60), (1., .76, .64)),
    ("sunset", "purple"): ((.20, .12, .42), (.58, .28, .68), (.99, .62, .58)),
    ("sunset", "golden"): ((.45, .46, .54), (.97, .72, .26), (1., .90, .48)),
    ("dusk", "purple"): ((.12, .10, .33), (.34, .23, .53), (.78, .47, .58)),
    ("dusk", "blue"): ((.06, .12, .33), (.16, .29, .56), (.58, .62, .72)),
    ("dusk", "grey"): ((.18, .20, .27), (.27, .30, .38), (.42, .45, .52)),
    ("night", "dark"): ((.012, .022, .085), (.03, .065, .185), (.10, .17, .34)),
}

# time -> key light, ambient light, glow round the sun or the moon
LIGHTS = {
    "day": ((.86, .82, .72), (.36, .41, .48), (1., .97, .85)),
    "dawn": ((.88, .68, .58), (.36, .36, .45), (1., .90, .74)),
    "sunset": ((.98, .63, .42), (.31, .27, .36), (1., .72, .32)),
    "dusk": ((.32, .28, .38), (.24, .24, .37), (.85, .60, .60)),
    "night": ((.22, .28, .42), (.095, .125, .215), (.62, .72, .95)),
}


@dataclass
class Light:
    """Everything a layer needs to know about illumination."""

    zenith: Array
    middle: Array
    horizon: Array
    key: Array
    ambient: Array
    glow: Array
    haze: Array
    fog: float  # extra haze, 0..1
    side: float  # x of the light source in pixels
    silhouette: float  # 0..1, how much near things are seen against the light

    def lit(self, albedo: Array, shade: float | Array = 0.7, depth: float = 0.0) -> Array:
        """Albedo under this light; depth 0 (near) .. 1 (far) adds haze."""
        a = np.asarray(albedo, np.float32)
        if isinstance(shade, np.ndarray):
            shade = shade[..., None]
        c = a * (self.ambient + self.key * shade)
        f = min(1.0, depth * (0.75 + 0.25 * self.fog) + self.fog * 0.25 * depth ** 0.3)
        return c * (1.0 - f) + self.haze * f


def make_light(time: str, sky: str, weather: str, light_x: float) -> Light:
    """Light of an hour, a sky colour and a weather; light_x in pixels."""
    z, m, h = (rgb(*c) for c in SKIES[(time, sky)])
    key, amb, glow = (rgb(*c) for c in LIGHTS[time])
    fog = 0.0
    if weather == "cloudy":
        key, amb = key * 0.7, amb * 1.12
    elif weather in ("rain", "snow"):
        key, amb = key * 0.42, amb * 1.15
        fog = 0.35
    elif weather == "storm":
        z, m, h = z * 0.5, m * 0.55, h * 0.68
        key, amb, fog = key * 0.32, amb * 0.85, 0.15
    elif weather == "fog":
        key, amb, fog = key * 0.55, amb * 1.15, 0.9
        grey = np.full(3, m.mean(), np.float32)
        z, m, h = mix(z, h, .55), mix(mix(m, h, .6), grey, .15), mix(h, grey, .1)
    haze = mix(h, m, 0.38)
    if time in ("sunset", "dawn"):
        haze = mix(haze, z, 0.22)
    if time == "night":
        haze = mix(haze, h, 0.3)
    sil = {"sunset": 0.45, "dawn": 0.2, "dusk": 0.3}.get(time, 0.0)
    return Light(z, m, h, key, amb, glow, haze, fog, light_x, sil)


FLOWERS = {"red": (.90, .10, .10), "yellow": (1., .84, .08), "white": (.98, .98, .94),
           "purple": (.58, .26, .82), "pink": (.98, .45, .68), "blue": (.22, .36, .95),
           "orange": (1., .52, .06)}
HOUSES = {"white": (.95, .94, .90), "red": (.74, .16, .12), "yellow": (.95, .78, .28),
          "blue": (.28, .48, .76), "wooden": (.50, .32, .19)}
SAILS = {"white": (.99, .98, .95), "red": (.88, .14, .12), "yellow": (1., .80, .16),
         "blue": (.16, .36, .85), "orange": (1., .50, .10)}
ROOFS = ((.58, .22, .16), (.36, .26, .24), (.34, .36, .42), (.46, .18, .14))


def grass(season: str, tone: float = 0.5) -> Array:
    """Ground albedo of a season; tone 0..1 picks within the season's range."""
    a, b = {"spring": ((.42, .66, .22), (.56, .74, .30)),
            "summer": ((.30, .54, .16), (.46, .60, .22)),
            "autumn": ((.62, .50, .20), (.70, .54, .26)),
            "winter": ((.90, .93, .99), (.97, .98, 1.))}[season]
    return mix(rgb(*a), rgb(*b), tone)


def leaves(season: str, rng: np.random.Generator) -> Array:
    """Foliage albedo of a broadleaved tree."""
    if season == "autumn":
        return rgb(*((.92, .46, .10), (.84, .22, .10), (.96, .72, .16))[rng.integers(3)])
    if season == "spring":
        return rgb(.46, .70, .24)
    return rgb(.24, .50, .17)
