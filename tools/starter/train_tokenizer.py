# SPDX-License-Identifier: Apache-2.0
"""Build the starter model's byte-pair vocabulary in CLIP's conventions.

Words are lower-cased, split with CLIP's pattern, mapped to printable bytes and
marked with </w> at their end. All 256 bytes are in the vocabulary (alone and at
a word's end), so any text tokenises.
"""

from __future__ import annotations

import argparse
import collections
import json
from pathlib import Path

import regex

from common import read_jsonl

PATTERN = regex.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE
)
START, END = "<|startoftext|>", "<|endoftext|>"
# Words people type in prompts that the captions may not hold.
EXTRA = """a an the of in on at by with and or near under over behind before between left right two three four five
beautiful masterpiece best quality highly detailed painting picture photo drawing illustration digital art landscape
scenery view small big large tall tiny old new bright dark warm cold calm quiet cozy peaceful colorful colourful sunny
rainy snowy stormy foggy misty cloudy clear morning evening noon midnight dawn dusk night day sunset sunrise
spring summer autumn winter fall mountain mountains hill hills lake sea ocean river beach desert forest field meadow
city town village house houses cabin castle tower bridge road path tree trees pine palm flower flowers grass rock rocks
boat ship bird birds cloud clouds sky sun moon stars star snow rain water island sand red green blue yellow orange
purple pink white black brown grey gray gold golden blurry ugly bad low worst""".split()


def byte_symbols() -> dict[int, str]:
    """The reversible byte -> printable character table of GPT-2 and CLIP."""
    kept = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    table, spare = {b: chr(b) for b in kept}, 0
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + spare)
            spare += 1
    order = kept + [b for b in range(256) if b not in kept]
    return {b: table[b] for b in order}


def words(text: str) -> list[str]:
    """CLIP's pre-tokenisation."""
    return PATTERN.findall(" ".join(text.lower().split()))


def learn(counts: collections.Counter[str], size: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Learn merges until every word is one piece or the vocabulary is full."""
    table = byte_symbols()
    vocabulary = list(table.values()) + [symbol + "</w>" for symbol in table.values()]
    pieces: dict[str, list[str]] = {}
    for word in counts:
        symbols = [table[b] for b in word.encode("utf-8")]
        symbols[-1] += "</w>"
        pieces[word] = symbols
    merges: list[tuple[str, str]] = []
    known = set(vocabulary)
    while len(vocabulary) + 2 < size:
        pairs: collections.Counter[tuple[str, str]] = collections.Counter()
        for word, symbols in pieces.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        joined = best[0] + best[1]
        if joined not in known:
            known.add(joined)
            vocabulary.append(joined)
        for word, symbols in pieces.items():
            merged: list[str] = []
            index = 0
            while index < len(symbols):
                if tuple(symbols[index : index + 2]) == best:
                    merged.append(joined)
                    index += 2
                else:
                    merged.append(symbols[index])
                    index += 1
            pieces[word] = merged
    return vocabulary + [START, END], merges


def write(folder: Path, vocabulary: list[str], merges: list[tuple[str, str]]) -> None:
    """Write the four files of a CLIPTokenizer folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {token: index for index, token in enumerate(vocabulary)}
    (folder / "vocab.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def special(text: str) -> dict[str, object]:
        return {"content": text, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}

    names = {"bos_token": special(START), "eos_token": special(END), "unk_token": special(END)}
    (folder / "special_tokens_map.json").write_text(json.dumps({**names, "pad_token": END}, indent=2) + "\n")
    config = {
        "add_prefix_space": False,
        **{key: {"__type": "AddedToken", **value} for key, value in names.items()},
        "do_lower_case": True,
        "errors": "replace",
        "model_max_length": 77,
        "pad_token": END,
        "tokenizer_class": "CLIPTokenizer",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders with shard_*.jsonl, or .jsonl files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=2048)
    args = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter({word: 1 for word in EXTRA})
    for root in args.data:
        for path in sorted(root.glob("shard_*.jsonl")) if root.is_dir() else [root]:
            for record in read_jsonl(path):
                for key in ("caption", "caption_flipped"):
                    counts.update(words(record.get(key, "")))
    vocabulary, merges = learn(counts, args.size)
    write(args.out, vocabulary, merges)
    print(f"{len(counts)} words, {len(merges)} merges, {len(vocabulary)} tokens")


if __name__ == "__main__":
    main()
