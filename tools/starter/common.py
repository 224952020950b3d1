# SPDX-License-Identifier: Apache-2.0
"""Shared pieces of the starter-model trainers: shards, schedules, EMA, logs."""

from __future__ import annotations

import csv
import json
import math
import os
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable

import numpy as np
import torch


@dataclass
class Corpus:
    """Rendered pictures with their captions; grows as shards appear."""

    roots: list[Path]
    limit: int | None = None
    images: list[np.ndarray] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def refresh(self) -> int:
        """Load shards not seen yet; return how many pictures were added."""
        added = 0
        for root in self.roots:
            for path in sorted(root.glob("shard_*.npz")):
                if str(path) in self.seen:
                    continue
                if self.limit is not None and len(self.records) >= self.limit:
                    return added
                loaded = _load_shard(path)
                if loaded is None:
                    continue
                images, records = loaded
                self.seen.add(str(path))
                self.images.append(images)
                self.records.extend(records)
                added += len(records)
        return added

    def __len__(self) -> int:
        return len(self.records)

    def stacked(self) -> np.ndarray:
        """All pictures as one uint8 array [n, h, w, 3]."""
        if len(self.images) > 1:
            self.images = [np.concatenate(self.images)]
        return self.images[0]


def _load_shard(path: Path) -> tuple[np.ndarray, list[dict[str, Any]]] | None:
    """Read one shard, or None while it is still being written."""
    try:
        with np.load(path) as archive:
            images = archive["images"]
        lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return (images, records) if len(images) == len(records) else None


def use(device: str) -> None:
    """Train on `device`, such as "cpu" or "cuda": tensors made from now on lie there."""
    torch.set_default_device(device)
    torch.set_float32_matmul_precision("high")     # TF32 where there is such a thing


def load(path: Path) -> Any:
    """torch.load to the device in use."""
    return torch.load(path, map_location=torch.get_default_device())


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Every line of a JSON Lines file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def to_tensor(batch: np.ndarray) -> torch.Tensor:
    """uint8 [n, h, w, 3] -> float [n, 3, h, w] in -1..1 (channels last)."""
    there = torch.from_numpy(np.ascontiguousarray(batch)).to(torch.get_default_device())
    return there.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def to_uint8(pictures: torch.Tensor) -> np.ndarray:
    """float [n, 3, h, w] in -1..1 -> uint8 [n, h, w, 3]."""
    scaled = pictures.detach().clamp(-1, 1).add(1.0).mul(127.5).round()
    return scaled.byte().permute(0, 2, 3, 1).contiguous().cpu().numpy()


def sheet(pictures: np.ndarray, columns: int, scale: int = 2) -> np.ndarray:
    """Lay pictures [n, h, w, 3] out in one contact sheet."""
    count, height, width, _ = pictures.shape
    rows = -(-count // columns)
    page = np.zeros((rows * height, columns * width, 3), np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        page[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return page.repeat(scale, 0).repeat(scale, 1)


@dataclass
class Clock:
    """Wall-clock budget that survives a resume."""

    minutes: float
    used: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Seconds trained so far, earlier runs included."""
        return self.used + time.monotonic() - self.started

    def progress(self) -> float:
        """Fraction of the budget that has gone by, 0..1."""
        return min(1.0, self.elapsed() / (60.0 * self.minutes))


def learning_rate(step: int, progress: float, peak: float, warm_up: int, hold: float = 0.0) -> float:
    """Linear warm-up by step, then flat until `hold`, then cosine to zero by time."""
    ramp = min(1.0, (step + 1) / max(1, warm_up))
    if progress <= hold:
        return peak * ramp
    along = (progress - hold) / max(1e-6, 1.0 - hold)
    return peak * ramp * 0.5 * (1.0 + math.cos(math.pi * min(1.0, along)))


class Average:
    """Exponential moving average of parameters with a warm-up."""

    def __init__(self, parameters: Iterable[torch.nn.Parameter], decay: float) -> None:
        self.live = list(parameters)
        self.decay = decay
        self.shadow = [p.detach().clone() for p in self.live]

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Blend the live weights in."""
        decay = min(self.decay, (1.0 + step) / (10.0 + step))
        torch._foreach_lerp_(self.shadow, [p.detach() for p in self.live], 1.0 - decay)

    @torch.no_grad()
    def swap(self) -> None:
        """Exchange live and averaged weights (call twice to undo)."""
        for parameter, shadow in zip(self.live, self.shadow):
            kept = parameter.detach().clone()
            parameter.copy_(shadow)
            shadow.copy_(kept)

    def state(self) -> list[torch.Tensor]:
        """The averaged weights, for a checkpoint."""
        return self.shadow

    @torch.no_grad()
    def load(self, state: list[torch.Tensor]) -> None:
        """Restore averaged weights from a checkpoint."""
        for shadow, saved in zip(self.shadow, state):
            shadow.copy_(saved)


class Log:
    """Append-only CSV log that writes its header once."""

    def __init__(self, path: Path, fields: list[str]) -> None:
        fresh = not path.exists()
        self.file = path.open("a", newline="", encoding="utf-8")
        self.writer = csv.DictWriter(self.file, fields)
        if fresh:
            self.writer.writeheader()

    def row(self, **values: Any) -> None:
        """Write one row and flush it."""
        rounded = {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in values.items()}
        self.writer.writerow(rounded)
        self.file.flush()


def save_atomic(payload: Any, path: Path) -> None:
    """torch.save that never leaves a half-written file."""
    partial = path.with_suffix(path.suffix + ".part")
    torch.save(payload, partial)
    os.replace(partial, path)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def runnable() -> int:
    """How many threads on this machine want to run now (1 where that is unknown)."""
    try:
        return int(Path("/proc/loadavg").read_text().split()[3].split("/")[0])
    except (OSError, ValueError, IndexError):
        return 1


class Threads:
    """Picks one thread or several by measured step time.

    On a busy machine several threads are slower than one, because each waits for
    the others at every barrier; so they are tried now and then while it is quiet,
    and given up as soon as a step takes longer than one thread needed.
    """

    def __init__(self, maximum: int, period: int = 40, quiet: int = 4) -> None:
        self.maximum, self.period, self.quiet = maximum, period, quiet
        self.count, self.best = 0, 1
        self.alone = 0.0
        self.last = time.monotonic()
        torch.set_num_threads(1)

    def keep(self) -> None:
        """Always use all of them: compiled code is made for one number of threads."""
        self.best = self.maximum
        torch.set_num_threads(self.maximum)
        self.period = 0

    def step(self) -> None:
        """Call once after every training step."""
        if self.period == 0:
            return
        now = time.monotonic()
        taken, self.last = now - self.last, now
        phase = self.count % self.period
        if phase == 0:
            self.best = 1
            torch.set_num_threads(1)
        elif phase == 2:
            self.alone = taken
            if self.maximum > 1 and runnable() <= self.quiet:
                torch.set_num_threads(self.maximum)
        elif phase == 4 and torch.get_num_threads() > 1:
            self.best = self.maximum if taken < self.alone else 1
            torch.set_num_threads(self.best)
        elif self.best > 1 and taken > self.alone:
            self.count = -1
        self.count += 1
