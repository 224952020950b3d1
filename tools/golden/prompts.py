# SPDX-License-Identifier: Apache-2.0
"""Writes tests/golden/prompts/prompts.json: prompts, and the weighted segments and chunks the reference programs make of them.

    python tools/golden/prompts.py REFERENCE_FOLDER CLIP_FOLDER A1111_PROMPT_PARSER COMFY_SD1_CLIP

REFERENCE_FOLDER holds prompts.json (segments and chunks, executed from ComfyUI and A1111/Forge); CLIP_FOLDER holds CLIP's
vocabulary. The other two are files of those programs, modules/prompt_parser.py (1.10) and comfy/sd1_clip.py: their parsing
functions are run on further, hostile texts, for segments only. Ids of every segment are stored beside the rows, so that the
test needs no vocabulary. Made with transformers 5.23.0.
"""
import ast
import json
import random
import re
import sys
from pathlib import Path

from transformers import CLIPTokenizer


def functions(path: str, names: set[str]) -> dict:
    """The named functions and regular expressions of a file, without running the rest of it."""
    tree = ast.parse(Path(path).read_text())
    keep = [n for n in tree.body if getattr(n, "name", None) in names
            or isinstance(n, ast.Assign) and getattr(n.targets[0], "id", None) in names]
    space = {"re": re}
    exec(compile(ast.Module(keep, []), path, "exec"), space)
    return space


def main() -> None:
    reference, clip, a1111_file, comfy_file = sys.argv[1:]
    rows = json.loads((Path(reference) / "prompts.json").read_text())
    tokenizer = CLIPTokenizer.from_pretrained(clip)
    a1111 = functions(a1111_file, {"re_attention", "re_break", "parse_prompt_attention"})
    comfy = functions(comfy_file, {"parse_parentheses", "token_weights", "escape_important", "unescape_important"})
    rng = random.Random(5)
    pieces = ["(", ")", "[", "]", "\\", ":", "1.2", ":0.5)", ": 1.3 )", "a", "cat ", " BREAK ", "BREAK", "BREAKx", ",", "\\(", "\\)", "\\[", "\\\\",
              ":-1)", ":.5)", "((", "))", "\n", " ", "x_", ":1e1)", "é"]
    texts = ["a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).", "(unbalanced", "\\(literal\\]", "(unnecessary)(parens)", "an (important) word",
             ")(", "(a (b)", "(:1.2)", "()", "(a:)", "a:1.2)", "BREAK", "BREAK BREAK", "(a BREAK b:1.3)", "[a:b:0.5]", "((a:2):0.5)", "(a:b:1.5)"]
    texts += ["".join(rng.choice(pieces) for _ in range(rng.randrange(1, 14))) for _ in range(300)]
    parsed = []
    for text in texts:
        weighted = [[comfy["unescape_important"](t), w] for t, w in comfy["token_weights"](comfy["escape_important"](text), 1.0)]
        parsed.append({"text": text, "a1111": a1111["parse_prompt_attention"](text), "comfy": weighted})
    segments = {s[0] for kind in ("comfy", "a1111") for row in rows[kind] for s in row["segments"] if s[0] != "BREAK"}
    ids = {s: tokenizer(s, add_special_tokens=False).input_ids for s in sorted(segments)}
    out = Path(__file__).parents[2] / "tests/golden/prompts/prompts.json"
    lines = lambda values: ",\n".join(json.dumps(v, separators=(",", ":")) for v in values)
    out.write_text("".join(['{"ids":', json.dumps(ids, separators=(",", ":")), ',\n"comfy":[\n', lines(rows["comfy"]), '],\n"a1111":[\n',
                            lines(rows["a1111"]), '],\n"parsed":[\n', lines(parsed), "]}\n"]))
    print(out, out.stat().st_size)


main()
