# SPDX-License-Identifier: Apache-2.0
"""True captions of a scene, in varied wording, with a list of what they state."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .scene import Scene

Rng = np.random.Generator
NUMBER = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
NOUN = {"pine": ("pine tree", "pine trees"), "oak": ("oak tree", "oak trees"), "birch": ("birch tree", "birch trees"),
        "palm": ("palm tree", "palm trees"), "blossom": ("cherry tree", "cherry trees"), "cactus": ("cactus", "cacti"),
        "boat": ("sailing boat", "sailing boats"), "birds": ("bird", "birds")}
ALT = {"pine": ("pine", "pines"), "oak": ("oak", "oaks"), "birch": ("birch", "birches"), "palm": ("palm", "palms"),
       "blossom": ("blossoming tree", "blossoming trees"), "cactus": ("cactus", "cacti"), "boat": ("sailboat", "sailboats"),
       "birds": ("bird", "birds")}
TREES = ("pine", "oak", "birch", "palm", "blossom", "cactus")


def _one(rng: Rng, *options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def _a(words: str) -> str:
    return ("an " if words[0] in "aeiou" else "a ") + words


def _where(side: str, rng: Rng) -> str:
    return {"left": "on the left", "right": "on the right", "centre": _one(rng, "in the middle", "in the centre")}[side]


def _season(s: Scene, rng: Rng) -> tuple[str, str]:
    """Adjective before the scene's noun, or a phrase after it (the other is empty)."""
    if s.season == "winter":
        return _one(rng, ("snowy", ""), ("snowy", ""), ("wintry", ""), ("", "in winter"), ("snow-covered", ""))
    if s.season == "autumn":
        return _one(rng, ("autumn", ""), ("", "in autumn"))
    if s.season == "spring":
        return _one(rng, ("", "in spring"), ("spring", ""))
    return _one(rng, ("", "in summer"), ("summer", ""), ("green", "")) if s.kind not in ("sea", "desert") else ("", "")


def _scene_noun(s: Scene, rng: Rng, said: list[str]) -> str:
    said.append(f"scene={s.kind}")
    mountains = s.has("mountains")
    if s.kind == "lake":
        if mountains and rng.random() < .6:
            said.append("object=mountains")
            return "mountain lake"
        return "lake"
    if s.kind == "mountains":
        said.append("object=mountains")
        return _one(rng, "mountain landscape", "mountain valley", "mountain range")
    if s.kind == "meadow":
        if s.season == "winter":
            return _one(rng, "field", "landscape with hills", "hilly landscape")
        return _one(rng, "meadow", "meadow", "landscape with rolling hills", "hilly meadow")
    if s.kind == "sea":
        if s.has("beach"):
            said.append("object=beach")
            return _one(rng, "beach", "sandy beach", "beach by the sea")
        if s.has("cliffs") and rng.random() < .6:
            said.append("object=cliffs")
            return "rocky coast"
        return _one(rng, "sea", "ocean", "seascape") if s.weather != "storm" else _one(rng, "sea", "ocean")
    if s.kind == "river":
        return _one(rng, "river valley", "river", "winding river")
    if s.kind == "forest":
        wood = str(s.flags["wood"])
        word = {"pine": "pine", "birch": "birch", "oak": ""}[wood]
        if word and rng.random() < .75:
            said.append(f"object={wood}")
            return f"{word} forest"
        return _one(rng, "forest", "forest", "woodland")
    return _one(rng, "desert", "desert", "desert with sand dunes")


def _time(s: Scene, rng: Rng) -> str:
    return {"dawn": _one(rng, "at dawn", "at sunrise", "in the early morning"), "day": _one(rng, "at noon", "by day", "in daylight"),
            "sunset": _one(rng, "at sunset", "at sunset", "in the evening sun"), "dusk": _one(rng, "at dusk", "at twilight"),
            "night": _one(rng, "at night", "at night", "by night")}[s.time]


def _weather(s: Scene, rng: Rng) -> str:
    return {"clear": "clear sky" if rng.random() < .6 else "clear weather",
            "cloudy": _one(rng, "cloudy sky", "clouds", "cloudy"), "fog": _one(rng, "fog", "mist", "foggy", "misty"),
            "rain": _one(rng, "rain", "rainy", "falling rain"), "snow": _one(rng, "falling snow", "snowfall", "snowing"),
            "storm": _one(rng, "storm", "stormy sky", "stormy")}[s.weather]


def _counted(name: str, s: Scene, rng: Rng, said: list[str]) -> str:
    """Phrase for a counted object with its colour and side."""
    t = s.things[name]
    n = int(t.count or 1)
    nouns = (ALT if rng.random() < .3 else NOUN)[name]
    said += [f"object={name}", f"count.{name}={n}"]
    colour = ""
    if name == "boat" and s.style != "pencil" and s.time not in ("night", "dusk") and s.weather != "fog":
        if rng.random() < .75 and (s.time != "sunset" or t.colour in ("red", "blue")):
            colour = str(t.colour)
            said.append(f"colour.boat={colour}")
    noun = nouns[0 if n == 1 else 1]
    if name == "boat" and colour:
        sail = "sail" if n == 1 else "sails"
        noun = f"{noun} with {_a(colour) if n == 1 else colour} {sail}" if rng.random() < .5 else f"{colour} {noun}"
    elif name in ("oak", "birch") and s.season == "winter" and rng.random() < .4:
        noun = "bare " + noun
    if n == 1:
        text = _one(rng, _a(noun), _a(noun), "one " + noun, "a lone " + noun if name in TREES else _a(noun))
    else:
        text = f"{NUMBER[n]} {noun}"
    if t.side and rng.random() < .68:
        said.append(f"side.{name}={t.side}")
        text += " " + _where(t.side, rng)
    return text


def _things(s: Scene, rng: Rng, said: list[str], rate: float) -> list[str]:
    """Phrases for the objects; each is mentioned with probability rate."""
    out: list[str] = []
    small = s.style == "pixel"
    thick = s.weather == "fog"
    for name in TREES:
        t = s.things.get(name)
        if t and t.count and rng.random() < rate:
            out.append(_counted(name, s, rng, said))
    if s.has("house") and rng.random() < rate:
        t = s.things["house"]
        said.append("object=house")
        noun = "cottage" if rng.random() < .15 else "house"
        if s.style != "pencil" and s.time != "night" and rng.random() < .75 \
                and (s.time not in ("sunset", "dusk") or t.colour in ("red", "wooden", "blue")) \
                and not (s.weather == "fog" and s.time in ("sunset", "dusk")):
            said.append(f"colour.house={t.colour}")
            noun = ("wooden cabin" if rng.random() < .5 else "wooden house") if t.colour == "wooden" else f"{t.colour} {noun}"
        text = _a(noun)
        if s.time in ("dusk", "night") and not small and rng.random() < .35:
            text += " with lit windows"
        if rng.random() < .7:
            said.append(f"side.house={t.side}")
            text += " " + _where(str(t.side), rng)
        out.append(text)
    if s.has("boat") and rng.random() < rate and not (s.time == "night" and s.style in ("oil", "lowpoly")):
        out.append(_counted("boat", s, rng, said))
    if s.has("lighthouse") and rng.random() < rate:
        t = s.things["lighthouse"]
        said.append("object=lighthouse")
        text = "a lighthouse"
        if rng.random() < .65:
            said.append(f"side.lighthouse={t.side}")
            text += " " + _where(str(t.side), rng)
        out.append(text)
    if s.has("flowers") and s.style not in ("pencil", "watercolour") and not thick and rng.random() < rate:
        colour = str(s.things["flowers"].colour)
        said.append("object=flowers")
        if rng.random() < .85 and s.time != "dusk":
            said.append(f"colour.flowers={colour}")
            out.append(_one(rng, f"{colour} flowers", f"{colour} wildflowers"))
        else:
            out.append("flowers")
    if s.has("birds") and s.style in ("none", "watercolour", "pencil") and rng.random() < rate:
        out.append(_counted("birds", s, rng, said) if rng.random() < .7 else _plain(s, "birds", "birds in the sky", said))
    for name in ("sun", "moon"):
        if s.has(name) and not thick and s.style != "pencil" and s.kind != "forest" and "cumulus" not in s.flags \
                and rng.random() < rate * .7:
            t = s.things[name]
            said.append(f"object={name}")
            word = {"sun": _one(rng, "the sun", "sun"), "moon": ("a crescent moon" if rng.random() < .6 else "the moon")
                    if s.flags.get("crescent") else _one(rng, "a full moon", "the moon")}[name]
            if rng.random() < .6:
                said.append(f"side.{name}={t.side}")
                word += " " + _where(str(t.side), rng)
            out.append(word)
    if s.has("stars") and s.style not in ("oil", "pixel", "lowpoly", "watercolour") and s.kind != "forest" and rng.random() < rate * .7:
        out.append(_plain(s, "stars", _one(rng, "stars", "a starry sky", "stars in the sky"), said))
    for name, words in (("aurora", ("northern lights", "aurora")), ("rainbow", ("a rainbow",)), ("lightning", ("lightning",))):
        if s.has(name) and not (name == "aurora" and s.kind == "forest") and s.style != "pencil" and rng.random() < min(1, rate * 1.2):
            out.append(_plain(s, name, _one(rng, *words), said))
    if s.has("clouds") and s.weather == "clear" and s.style not in ("pencil", "pixel") and s.kind != "forest" and rng.random() < rate * .8:
        said += ["object=clouds"]
        out.append("white clouds")
    if s.has("mountains") and "object=mountains" not in said and not thick and rng.random() < rate * .8:
        said.append("object=mountains")
        snow = float(s.flags["snow"])  # type: ignore[arg-type]
        out.append(_one(rng, "snow-capped mountains", "snowy mountains", "snowy peaks") if snow >= .7 and s.style != "pencil"
                   else _one(rng, "mountains", "mountains in the distance"))
    if s.has("hills") and s.kind in ("lake", "river") and not s.has("mountains") and not thick and rng.random() < rate * .35:
        out.append(_plain(s, "hills", "hills", said))
    if s.kind == "forest" and s.has("river") and rng.random() < rate:
        out.append(_plain(s, "river", _one(rng, "a stream", "a river"), said))
    return out


def _plain(s: Scene, name: str, words: str, said: list[str]) -> str:
    said.append(f"object={name}")
    return words


STYLE = {"oil": ("oil painting",), "watercolour": ("watercolour painting", "watercolour", "watercolor"),
         "pencil": ("pencil drawing", "pencil sketch"), "pixel": ("pixel art",), "lowpoly": ("low poly", "low poly art")}


def caption(s: Scene, rng: Rng) -> tuple[str, list[str]]:
    """Caption and the attributes it states."""
    said: list[str] = []
    grey = s.style == "pencil"
    brief = rng.random() < .08
    keep = .30 if brief else .80
    noun = _scene_noun(s, rng, said)
    before, after = [], []
    if rng.random() < keep or (s.season == "winter" and rng.random() < .6):
        if not (grey and s.season in ("spring", "summer", "autumn")) and s.kind != "desert" \
                and not (s.kind == "sea" and s.season not in ("winter",)) and not (s.time == "night" and s.season != "winter"):
            adj, phrase = _season(s, rng)
            if adj or phrase:
                said.append(f"season={s.season}")
            before += [adj] if adj else []
            after += [phrase] if phrase else []
    if not brief and rng.random() < (.75 if s.weather != "clear" else .12):
        if not (grey and s.weather in ("cloudy", "clear")) and not (s.style in ("oil", "lowpoly", "pixel") and s.weather == "rain"):
            word = _weather(s, rng)
            said.append(f"weather={s.weather}")
            if word in ("foggy", "misty", "rainy", "stormy", "cloudy"):
                before.insert(0, word)
            elif word == "snowing":
                after.append(", snowing")
            else:
                after.append(_one(rng, ", ", "with ") + word if word not in ("storm", "fog", "mist", "rain")
                             else {"storm": "in a storm", "fog": "in fog", "mist": "in mist", "rain": "in the rain"}[word])
    if rng.random() < (keep if s.time != "day" else .45) and not (grey and (s.time != "night" or s.kind == "forest" or not s.has("moon"))):
        said.append(f"time={s.time}")
        after.insert(int(rng.integers(len(after) + 1)) if not any(a.startswith(",") for a in after) else 0, _time(s, rng))
    extras = _things(s, rng, said, .15 if brief else .78)
    if not grey and not brief and s.sky not in ("dark",) and s.kind != "forest" and s.weather != "fog" and rng.random() < .42:
        extras.append(_one(rng, "{} sky", "{} sky", "under a {} sky").format(s.sky))
        said.append(f"sky={s.sky}")
    core = " ".join(before + [noun])
    if noun not in ("northern lights",) and rng.random() < .88:
        core = ("the " if noun in ("sea", "ocean") and not before else "") + core if noun in ("sea", "ocean") and not before else _a(core)
    for a in after:
        core += a if a.startswith(",") else " " + a
    rng.shuffle(extras)
    extras = extras[:4] if len(extras) > 4 else extras
    text = core
    if extras:
        if rng.random() < .22 and not any(e.startswith("under") for e in extras) and "with" not in extras[0] and "with" not in core \
                and "on the" not in extras[0]:
            text += " with " + extras[0]
            extras = extras[1:]
        text = ", ".join([text] + extras)
    if s.style != "none" and rng.random() < .97:
        said.append(f"style={s.style}")
        word = _one(rng, *STYLE[s.style])
        if s.style == "lowpoly" or s.style == "pixel":
            text = f"{word} {_one(rng, 'of ', 'of ')}{text}" if rng.random() < .3 and word != "low poly" else f"{text}, {word}"
        else:
            text = f"{_a(word)} of {text}" if rng.random() < .35 else f"{text}, {word}"
    elif s.style == "none" and rng.random() < .15:
        said.append("style=none")
        text = f"a photo of {text}" if rng.random() < .6 else f"{text}, photo"
    return re.sub(r"\s+", " ", text).strip().lower(), _checked(text.lower(), said)


MARK = {"object=birds": "bird", "object=flowers": "flower", "object=sun": "sun", "object=moon": "moon", "object=stars": "star",
        "object=house": ("house", "cottage", "cabin"), "object=boat": "boat", "object=hills": "hill", "object=clouds": "cloud",
        "object=lighthouse": "lighthouse", "object=aurora": ("aurora", "northern"), "object=rainbow": "rainbow",
        "object=lightning": "lightning", "object=river": ("river", "stream"), "object=mountains": ("mountain", "peak"),
        "object=pine": "pine", "object=oak": "oak", "object=birch": "birch", "object=palm": "palm",
        "object=blossom": ("cherry", "blossom"), "object=cactus": ("cactus", "cacti")}


def _checked(text: str, said: list[str]) -> list[str]:
    """Drop statements about phrases that were cut from a long caption."""
    words = re.sub(r"sunset|sunrise|evening sun", "", text)

    def there(name: str) -> bool:
        mark = MARK.get(f"object={name}")
        return mark is None or any(m in words for m in ((mark,) if isinstance(mark, str) else mark))

    out = []
    for item in said:
        key, value = item.split("=")
        name = value if key == "object" else key.split(".")[1] if "." in key else None
        if key == "sky" and f"{value} sky" not in text:
            continue
        if name is None or there(name):
            out.append(item)
    return list(dict.fromkeys(out))


def flip(text: str) -> str:
    """Caption of the mirrored picture."""
    return re.sub(r"\b(left|right)\b", lambda m: "right" if m.group(1) == "left" else "left", text)


def attributes(s: Scene) -> dict:
    """The scene's facts under fixed keys."""
    return {"time": s.time, "season": s.season, "weather": s.weather, "scene": s.kind, "style": s.style, "sky_colour": s.sky,
            "objects": sorted(s.things), "sides": {k: t.side for k, t in s.things.items() if t.side},
            "counts": {k: t.count for k, t in s.things.items() if t.count},
            "colours": {k: t.colour for k, t in s.things.items() if t.colour}}
