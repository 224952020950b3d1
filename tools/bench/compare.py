# SPDX-License-Identifier: Apache-2.0
"""Run Igneous, PyTorch, stable-diffusion.cpp and ggml on the same shapes and print their ratios as Markdown.

    python3 tools/bench/compare.py build/release/bin/igneous --pattern linear --python venv/bin/python --keep results/
    python3 tools/bench/compare.py build/release/bin/igneous --pattern e2e.step --sd sd-cli --model sd15.safetensors
    python3 tools/bench/compare.py build/release/bin/igneous --pattern linear --python "" --ggml ggml_bench

Ratios are speeds, ours to theirs: 2 is twice as fast. stable-diffusion.cpp runs Stable Diffusion 1.5 from a file, as
it makes no weights of its own (random_checkpoint.py does); its step is what each further step of a longer run takes.
ggml's products come from ggml_bench.cpp. Both see a CPU's Vulkan driver only with GGML_VK_VISIBLE_DEVICES=0.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
GPU_GOALS = {  # first part of "name shape": ratios to reach on an NVIDIA H200: floor and goal against each
    "linear 8192x8192": {"eager": (0.5, 0.65)},
    "linear 4608x": {"eager": (0.5, 0.65)},
    "linear 2048x1280": {"eager": (0.65, 0.85)},
    "linear 2048x5120": {"eager": (0.65, 0.85)},
    "linear.geglu 2048x": {"eager": (0.65, 0.85)},
    "linear.residual 2048x": {"eager": (0.65, 0.85)},
    "conv2d.3x3 ": {"eager": (0.55, 0.75)},
    "attention.self": {"eager": (0.4, 0.55)},
    "e2e.step sd15 512x512": {"eager": (1.3, 1.9), "compiled": (0.8, 1.1), "sd.cpp": (4, 6)},
    "e2e.step sdxl": {"eager": (0.9, 1.3), "compiled": (0.75, 1.0), "sd.cpp": (3, 4)},
    "e2e.vae_decode sd15 1024x1024": {"eager": (1.0, 1.4), "compiled": (0.75, 1.0), "sd.cpp": (5, 8)},
}
CPU_GOALS = {  # lavapipe
    "linear ": {"ggml": (8, 12)},
    "e2e.step sd15": {"sd.cpp": (4, 8), "sd.cpp, CPU": (0.3, 0.5)},
}
OTHERS = ("eager", "compiled", "sd.cpp", "sd.cpp, CPU", "ggml", "ggml, CPU")


@dataclass
class Case:
    """One shape: our line of JSON, and milliseconds of the others by their names."""

    ours: dict
    others: dict[str, float] = field(default_factory=dict)


def lines_of(command: list[str], keep: Path) -> list[dict]:
    """What a program printed, one JSON object a line; kept in a file."""
    print("running", " ".join(command), file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    keep.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}; what it printed is in {keep}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def sampling_seconds(log: str) -> float:
    """From stable-diffusion.cpp's log: "sampling completed, taking 16.99s"."""
    found = re.findall(r"sampling completed, taking ([0-9.]+)s", log)
    if not found:
        raise SystemExit("stable-diffusion.cpp's log has no line 'sampling completed, taking': " + log[-500:])
    return float(found[-1])


def decode_seconds(log: str) -> float | None:
    """From its log: "decode_first_stage completed, taking 1.20s", or "latent 1 decoded, taking 1.20s"."""
    found = re.findall(r"(?:decode_first_stage completed|latent 1 decoded), taking ([0-9.]+)s", log)
    return float(found[-1]) if found else None


def run_sd(program: Path, model: Path, side: int, runs: tuple[int, int], flags: list[str]) -> dict[str, float]:
    """Milliseconds of a step and of the decoder: the difference of a long and a short run has no warming up in it."""
    few, many = runs
    logs = {}
    with tempfile.TemporaryDirectory() as folder:
        for steps in (few, many):
            command = [str(program), "-m", str(model), "-p", "a lake at dawn", "-W", str(side), "-H", str(side),
                       "--steps", str(steps), "-o", f"{folder}/{steps}.png", *flags]
            print("running", " ".join(command), file=sys.stderr)
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
            logs[steps] = done.stdout
    step = 1e3 * (sampling_seconds(logs[many]) - sampling_seconds(logs[few])) / (many - few)
    times = {f"e2e.step sd15 {side}x{side} B1": step}
    if (decode := decode_seconds(logs[many])) is not None:
        times[f"e2e.vae_decode sd15 {side}x{side}"] = 1e3 * decode
    return times


def run_ggml(program: Path, backend: str, shapes: list[str], limits: list[str], keep: Path) -> list[dict]:
    """Its lines for our shapes of products, "256x320 -> 1280"."""
    return lines_of([str(program), backend, *limits, *(shape.replace(" -> ", "x") for shape in shapes)], keep)


def goals(case: str, other: str, cpu: bool) -> tuple[float, float] | None:
    """Floor and goal of a case against another program; the longest matching beginning counts."""
    table = CPU_GOALS if cpu else GPU_GOALS
    begins = [begin for begin in table if case.startswith(begin) and other in table[begin]]
    return table[max(begins, key=len)][other] if begins else None


def ratio_text(case: str, other: str, ratio: float, cpu: bool) -> str:
    """"1.52 (floor 1.3 / goal 1.9)", bold where the floor is not reached."""
    wanted = goals(case, other, cpu)
    if wanted is None:
        return f"{ratio:.2f}"
    text = f"{ratio:.2f} (floor {wanted[0]:g} / goal {wanted[1]:g})"
    return text if ratio >= wanted[0] else f"**{text}**"


def table(cases: dict[str, Case], key: str, cpu: bool) -> str:
    """A row a case: our time and how much of the peak it is, then each other program's time and the ratio."""
    others = [name for name in OTHERS if any(name in case.others for case in cases.values())]
    head = ["case", "Igneous ms", "of peak"] + [cell for name in others for cell in (f"{name} ms", f"ours / {name}")]
    rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for name, case in cases.items():
        ours = case.ours[key]
        row = [name, f"{ours:.3f}", f"{100 * case.ours['share'] * case.ours['ms'] / ours:.0f} %"]
        for other in others:
            theirs = case.others.get(other)
            row += ["", ""] if theirs is None else [f"{theirs:.3f}", ratio_text(name, other, theirs / ours, cpu)]
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("igneous", type=Path)
    parser.add_argument("--pattern", default="", help="as of igneous bench")
    parser.add_argument("--large", action="store_true", help="on a CPU too")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has PyTorch; empty: without it")
    parser.add_argument("--eager-only", action="store_true")
    parser.add_argument("--threads", type=int, default=0, help="of PyTorch on a CPU; 0: as it chooses")
    parser.add_argument("--sd", type=Path, help="stable-diffusion.cpp's program")
    parser.add_argument("--model", type=Path, help="Stable Diffusion 1.5 in a file, for --sd")
    parser.add_argument("--side", type=int, default=512, help="of the picture that --sd makes")
    parser.add_argument("--sd-flags", default="", help="its fastest, such as '--diffusion-fa --diffusion-conv-direct'")
    parser.add_argument("--sd-steps", type=int, nargs=2, default=(2, 12), help="of its short and its long run")
    parser.add_argument("--sd-cpu", action="store_true", help="--sd on its CPU backend too")
    parser.add_argument("--ggml", type=Path, help="what ggml_bench.cpp became")
    parser.add_argument("--ggml-backends", nargs="*", default=("Vulkan0", "CPU"))
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--time", choices=("ms", "p10"), default="ms",
                        help="median, or on a machine that does other work too the tenth that is fastest")
    parser.add_argument("--keep", type=Path, default=Path("."), help="folder for ours.jsonl and torch.jsonl")
    args = parser.parse_args()
    if args.sd and not args.model:
        parser.error("--sd needs --model")
    args.keep.mkdir(parents=True, exist_ok=True)
    limits = ["--runs", str(args.runs), "--seconds", str(args.seconds)]

    ours_file = args.keep / "ours.jsonl"
    command = [str(args.igneous), "bench", *([args.pattern] if args.pattern else []), "--json", *limits]
    lines = lines_of(command + ["--large"] * args.large, ours_file)
    header = next(line["bench"] for line in lines if "bench" in line)
    cases = {
        f"{line['name']} {line['shape']}": Case(line)
        for line in lines
        if line.get("chosen") and not line["name"].startswith("peak.")
    }
    programs = [f"Igneous {header['igneous']} on {header['device']} ({header['driver']})"]
    if args.python:
        command = [args.python, str(HERE / "torch_bench.py"), str(ours_file), *limits, "--threads", str(args.threads)]
        for line in lines_of(command + ["--eager-only"] * args.eager_only, args.keep / "torch.jsonl"):
            if "bench" in line:
                programs.append("{program} on {device}, {dtype}".format(**line["bench"]))
            elif (case := cases.get(f"{line['name']} {line['shape']}")) is not None:
                case.others[line["variant"]] = line[args.time]
    if args.sd:
        programs.append(f"stable-diffusion.cpp {args.sd_flags}".strip())
        for other, flags in (("sd.cpp", []), ("sd.cpp, CPU", ["--backend", "cpu"]))[: 1 + args.sd_cpu]:
            flags = args.sd_flags.split() + flags
            for name, milliseconds in run_sd(args.sd, args.model, args.side, args.sd_steps, flags).items():
                if name in cases:
                    cases[name].others[other] = milliseconds
    if args.ggml:
        programs.append("ggml")
        shapes = [case.ours["shape"] for case in cases.values() if case.ours["name"] == "linear"]
        for backend in args.ggml_backends:
            keep = args.keep / f"ggml-{backend}.jsonl"
            for line in run_ggml(args.ggml, backend, shapes, [str(args.runs), str(args.seconds)], keep):
                other = "ggml, CPU" if backend == "CPU" else "ggml"
                cases[f"{line['name']} {line['shape']}"].others[other] = line[args.time]
    print(f"{'; '.join(programs)}; {header['date']}\n")
    print(table(cases, args.time, header["cpu"]))


if __name__ == "__main__":
    main()
