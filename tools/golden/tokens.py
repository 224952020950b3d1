# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/tokens: a small CLIP vocabulary and what transformers' CLIPTokenizer makes of many texts.

    python tools/golden/tokens.py CLIP_FOLDER

CLIP_FOLDER holds CLIP's vocab.json and merges.txt. Made with transformers 5.23.0 and tokenizers 0.23.3. Texts are stored as
hexadecimal UTF-8, for some are not well-formed; those are decoded with errors="replace" for transformers. Characters newer
than Python's Unicode tables are left out: the two libraries' tables may differ there.
"""
import json
import random
import sys
import unicodedata
from pathlib import Path

from tokenizers import trainers
from transformers import CLIPTokenizer

OUT = Path(__file__).parents[2] / "tests/golden/tokens"
CORPUS = """a snowy mountain lake at sunset, two pine trees. an oil painting of a lighthouse at night; the old house by the sea
in the morning, a red boat on the left, hills and rivers under a cloudy sky with birds. watercolour, pencil sketch, pixel art,
low poly. don't you think it's nice? we've seen they're here, he'd say I'll go. flowers, clouds, stars, moon, winter, summer
1 2 3 4 5 6 7 8 9 0 (masterpiece:1.2) [best quality] photo of a cute cat and a dog, highly detailed, 4k"""


def texts() -> list[bytes]:
    chosen = ["cute cat", "Hello, World!!", "don't I'LL we've they're he'd I'm it's 'stuff ''s", "", " \n\t ", "a", "\u0130stanbul \u0391\u03a3",
        "e\u0301 \u1100\u1161\u11a8 \u212b \ufb01 \u00b2\u00b3\u00bd \u2460", "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \u4e2d\u6587 \ud55c\uad6d\uc5b4 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea \u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22",
        "\U0001f600\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308", "a\0b\x1c\x1d\x1e\x1f\x85\u180e\u200b\u2028\u3000x", "<|endoftext|> <|startoftext|>x<|ENDOFTEXT|>!<|endoftext|",
        "a" * 300, "(" * 100, "1234567890 \u0663 \u2167", "_x_ --- ... ?!", "\ufeffbom", "stra\u00dfe STRASSE \u1e9e \u01c5", "a'S b'T",
        "Zalgo" + "".join(chr(0x300 + i * 7 % 0x45) for i in range(60)), "a photo of a cat, 8k, (masterpiece:1.2), best quality " * 12]
    result = [t.encode() for t in chosen]
    result += [b"caf\xe9", b"\xff\xfe\x00", b"\xc0\xaf \xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80", b"a\xe2\x82", b"\xf0\x9f\x98 x", b"\x80" * 9]
    rng = random.Random(1)
    assigned = [chr(c) for c in range(0x20, 0x20000) if unicodedata.category(chr(c)) not in ("Cn", "Cs") and c != 0x9fe]
    bmp, marks = [c for c in assigned if ord(c) < 0x3000], [c for c in assigned if 0x300 <= ord(c) < 0x370 or 0x591 <= ord(c) < 0x5c8]
    for pool, count in (("abcdeABC 'stlmvr.,!?()[]:1290\n\t", 60), (bmp, 50), (assigned, 50), (marks + list("aeiouAEIOU "), 40)):
        for _ in range(count):
            result.append("".join(rng.choice(pool) for _ in range(rng.randrange(1, 30))).encode())
    result += [bytes(rng.randrange(256) for _ in range(rng.randrange(1, 30))) for _ in range(30)]
    return result


def small_vocabulary() -> None:
    base = CLIPTokenizer()
    trainer = trainers.BpeTrainer(vocab_size=400, end_of_word_suffix="</w>", special_tokens=["<|startoftext|>", "<|endoftext|>"], show_progress=False)
    base.backend_tokenizer.train_from_iterator(CORPUS.splitlines(), trainer)
    model = json.loads(base.backend_tokenizer.to_str())["model"]
    folder = OUT / "small"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(" ".join(m) + "\n" for m in model["merges"]))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 32, "pad_token": "?"}))


def golden(folder: str, name: str) -> None:
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    rows = [[t.hex(), tokenizer(t.decode(errors="replace"), add_special_tokens=False).input_ids] for t in texts()]
    special = {k: getattr(tokenizer, k) for k in ("bos_token_id", "eos_token_id", "pad_token_id", "model_max_length")}
    rows_text = ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)
    (OUT / name).write_text(f'{{"special":{json.dumps(special)},\n"rows":[\n{rows_text}\n]}}\n')
    print(name, len(rows), (OUT / name).stat().st_size)


small_vocabulary()
golden(str(OUT / "small"), "small.json")
golden(sys.argv[1], "clip.json")
