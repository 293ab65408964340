"""Reads the German-English word list of Ding (Debian's trans-de-en).

One entry a line: `Rezession {f}; Abschwung {m} [econ.] | Rezessionen :: recession | recessions`:
German on the left, English on the right, `;` between synonyms and `|` between matching parts.
"""

import re
from collections.abc import Iterable, Iterator

from jobs.providers.local_text.build.entries import Line

DOMAINS = frozenset(
    f"{name}." if name not in ("auto", "sport", "art", "print", "school") else name
    for name in (
        *("adm", "agr", "anat", "arch", "art", "astron", "auto", "aviat", "biochem", "biol", "bot"),
        *("chem", "comp", "constr", "cook", "econ", "electr", "envir", "fin", "geogr", "geol"),
        "hist",
        *("jur", "ling", "lit", "mach", "math", "med", "meteo", "mil", "min", "mus", "naut"),
        "ornith",
        *("pharm", "phil", "photo", "phys", "pol", "print", "psych", "relig", "sci", "school"),
        "soc",
        *("sport", "statist", "stud", "techn", "telco", "textil", "transp", "zool"),
    )
)
# Marks of words that a learner would not be taught first.
ASIDE = re.compile(
    r"\[(?:ugs|geh|Ös|Schw|Dt|Bayr|Norddt|Süddt|Mitteldt|BW|coll|slang|vulg|pej|humor|poet|formal|rare|"
    r"dated|obs|archaic|alt|veraltet|veraltend|selten|fig|übtr|altertümlich)\.?\]"
)
NOTE = re.compile(r"\{[^}]*\}|\[[^]]*\]|\([^)]*\)|<[^>]*>|/[^/]*/")
TAG = re.compile(r"\[([^]]*)\]")
GENDER = re.compile(r"\{(f|m|n|pl)[;,}]")
VERB = re.compile(r"\{v[itr]?[;,}]")
LONGEST, SYNONYMS = 5, 2


def english_german(lines: Iterable[str]) -> Iterator[Line]:
    for german, english, domains in segments(lines):
        said = ", ".join(filter(None, map(shown_german, preferred(german)[:SYNONYMS])))
        for rank, form in enumerate(english.split(";")):
            word = bare(form)
            if said and is_word(word):
                part = "v" if word.startswith("to ") else part_of(german)
                yield Line(word.removeprefix("to ").lower(), part, domains, rank, said)


def german_english(lines: Iterable[str]) -> Iterator[Line]:
    for german, english, domains in segments(lines):
        said = ", ".join(filter(None, map(bare, preferred(english)[:SYNONYMS])))
        for rank, form in enumerate(german.split(";")):
            word = bare(form)
            if said and is_word(word):
                part = "v" if said.startswith("to ") else part_of(form)
                yield Line(word.lower(), part, domains, rank, said)


def segments(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Matching German and English parts, with the domains of their line."""
    for line in lines:
        left, divider, right = line.partition("::")
        if line.startswith("#") or not divider:
            continue
        domains = " ".join(tag for tag in dict.fromkeys(TAG.findall(line)) if tag in DOMAINS)
        for german, english in zip(left.split("|"), right.split("|"), strict=False):
            yield german, english, domains


def preferred(side: str) -> list[str]:
    """The synonyms of one side, those of everyday and standard speech."""
    forms = side.split(";")
    return [form for form in forms if not ASIDE.search(form)] or forms[:1]


def part_of(german: str) -> str:
    if GENDER.search(german):
        return "n"
    if VERB.search(german):
        return "v"
    # German writes every noun with a capital.
    return "a" if "{adj}" in german or bare(german).islower() else ""


def bare(form: str) -> str:
    return " ".join(NOTE.sub(" ", form).split()).strip(" ,!?…")


def shown_german(form: str) -> str:
    """The word with its gender: `Rezession (f)`."""
    gender = GENDER.search(form)
    word = bare(form)
    return f"{word} ({gender[1]})" if word and gender else word


def is_word(text: str) -> bool:
    return (
        bool(text)
        and len(text.split()) <= LONGEST
        and not re.search(r"[/…+]|\bsth|\bsb\.|\betw", text)
    )
