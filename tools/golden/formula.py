# SPDX-License-Identifier: Apache-2.0
"""Numbers that Python and C++ compute alike, so that golden files need to hold neither weights nor inputs.

Element i of a tensor called `name` is base + scale * u with u in [-1, 1) from 24 bits of a hash of (name, i), computed
in double and rounded once to float32. tests/models/families/golden_case.cpp has the same in C++.
"""
import math

import numpy as np


def hash_name(name: str) -> int:
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def bits(name: str, count: int) -> np.ndarray:
    """`count` 64-bit numbers: splitmix64 from the name's hash."""
    with np.errstate(over="ignore"):
        z = np.uint64(hash_name(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def values(name: str, shape, base: float, scale: float) -> np.ndarray:
    count = int(np.prod(shape, dtype=np.int64))
    unit = (bits(name, count) >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0
    return (base + scale * unit).astype(np.float32).reshape(shape)


def weight(name: str, shape) -> np.ndarray:
    """Norm scales around 1, biases around 0, everything else with variance 1 / fan-in."""
    if len(shape) == 1:
        return values(name, shape, 1.0 if name.endswith(".weight") else 0.0, 0.2)
    return values(name, shape, 0.0, math.sqrt(3.0 / float(np.prod(shape[1:], dtype=np.int64))))


def normal_like(name: str, shape) -> np.ndarray:
    """Mean 0, variance 1 (uniform)."""
    return values(name, shape, 0.0, math.sqrt(3.0))


def token_ids(name: str, shape, vocabulary: int) -> np.ndarray:
    count = int(np.prod(shape))
    return (bits(name, count) % np.uint64(vocabulary)).astype(np.int64).reshape(shape)
