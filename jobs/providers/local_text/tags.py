"""Each word's part of speech in its sentence, one letter a word.

    N noun in the singular  L in the plural  P name  J adjective  K comparative  R adverb  V verb  Z verb in -s  D past tense
    E past participle  G -ing form  M modal  T determiner  U one for one thing (a, this)
    S possessive  H pronoun  W what opens a clause (which, because)  I preposition  O "to"  C conjunction  Q number  . punctuation  X something else

What a word can be comes from the lexicon, WordNet and its ending; what it is here is the likeliest
way through the sentence (Viterbi) under the odds below of one part following another.
"""

import re
from dataclasses import dataclass
from math import log

import simplemma

from jobs.providers.local_text.lexicon import Lexicon

WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:[-\u2010\u2011'’][^\W_]+)*|[^\w\s]|_+")
# Percent, after the Penn Treebank's bigrams, rounded and cut down to these letters.
ODDS = {
    "T": "N40 L11 J26 P8 Q4 G3 E3 K2 R2 S1",
    "U": "N53 J29 P5 E3 G2 K2 R3 S1 Z2 I1",
    "J": "N52 L22 J9 .5 C5 I5 P2 E1 G1 O2 S1 W2",
    "K": "N33 L14 J8 I20 .8 R3 C4 G2 Q2",
    "N": "I24 .20 N13 L7 C6 Z9 D6 M4 R3 E4 W4 O3 J1 T1 H1 G2 S1",
    "L": "I25 .22 C8 V12 D6 M4 R4 E5 W6 O3 J2 T1 H1 G3 N0.8",
    "P": "P28 .20 N10 L3 I10 Z9 D11 C8 M3 V2 E2 S4",
    "S": "N50 L14 J25 E2 G2 P3 Q2 K1 R1",
    "V": "T28 N10 L7 J12 I15 H5 R6 E8 G3 O5 .5 P2 C2 Q2 K1 W3",
    "Z": "T25 R11 E14 J10 I9 N7 L4 G4 O5 H3 W4 P2 .3 K1 Q1",
    "D": "T29 I16 N6 L3 J8 E9 R8 H4 O4 .4 G2 P3 C1 Q2 W3",
    "E": "I44 T9 N9 L5 R4 .11 J4 O7 C4 P1 G1 H1 W2",
    "G": "T24 N16 L11 J12 I18 H3 .6 O3 R3 P2 E1 C2 Q1 W2",
    "M": "V72 R24 H2 .1",
    "I": "T31 N19 L10 J13 P8 Q5 H5 G7 W3 E2 R1 K1 S1",
    "O": "V70 T12 N5 L3 J4 P3 G1 R1 Q1 E1",
    "C": "N19 L11 J14 T14 V7 Z5 D5 E5 G5 R5 I5 H4 P6 M1 Q2 O1 W3",
    "R": "J19 E17 V11 Z7 D6 R8 I11 .12 T5 N2 L1 G3 C2 O2 H2 M1 K2 W3",
    "H": "Z21 V19 D19 M15 R7 I3 .3 E2 O2 N2 W1",
    "W": "Z17 D11 V9 M6 T18 N9 L7 H14 J6 R4 P3 I3",
    "Q": "N25 L30 J13 .13 I9 C4 P2 O2 Z1 G1",
    ".": "T22 N13 L6 J11 H9 I12 R8 P8 W6 C7 G3 E3 V2 D2 Z2 Q2 K1 O1",
    "X": "N20 .20 I15 P10 Z5 T5 X10",
}
CLOSED = tuple("TUICHMWQ")
FINITE = frozenset("VZDM")
FLOOR = log(0.004)
FOLLOWS = {
    (first, odds[0]): log(float(odds[1:]) / 100)
    for first, told in ODDS.items()
    for odds in told.split()
}
RANKS = tuple(log(p) for p in (0.8, 0.15, 0.04, 0.008, 0.002))
FULL = 4  # words from which on what stands before a colon is expected to have a verb
VERBLESS = log(0.02)
ENDINGS = (
    *(("ly", "RJ"), ("ing", "GN"), ("ed", "EDJ"), ("ised", "EDJ"), ("ness", "N"), ("ity", "N")),
    *(("tion", "N"), ("sion", "N"), ("ment", "N"), ("ism", "N"), ("ist", "N"), ("ology", "N")),
    *(("itis", "N"), ("osis", "N"), ("ance", "N"), ("ence", "N"), ("able", "J"), ("ible", "J")),
    *(("al", "JN"), ("ic", "JN"), ("ous", "J"), ("ive", "JN"), ("ful", "J"), ("less", "J")),
    *(("ary", "JN"), ("ar", "JN"), ("oid", "JN"), ("ese", "JN"), ("ise", "VN"), ("ize", "VN")),
)
# Words whose part of speech the lexicon leaves open more than a study text does.
FIXED = {
    **dict.fromkeys(("is", "has", "does"), "Z"),
    **dict.fromkeys(("are", "am", "have", "do", "be"), "V"),
    **dict.fromkeys(("was", "were", "had", "did"), "D"),
    **dict.fromkeys(("can", "could", "would", "may", "might", "must", "shall", "should"), "M"),
    **dict.fromkeys(("which", "who", "whom", "because", "if", "when", "while", "whereas"), "W"),
    **dict.fromkeys(
        ("although", "though", "unless", "where", "how", "why", "whether", "what", "whatever"), "W"
    ),
    **dict.fromkeys(
        (
            *("today", "yesterday", "tomorrow", "not", "so", "then", "also", "only", "just"),
            *("even", "still", "therefore"),
        ),
        "R",
    ),
    **dict.fromkeys(
        ("as", "than", "like", "of", "in", "into", "upon", "per", "via", "out", "up"), "I"
    ),
    **dict.fromkeys(("anything", "nothing", "something", "everything", "itself", "there"), "H"),
    **{"being": "G", "been": "E", "that": "WUI", "most": "RT", "many": "J", "to": "O"},
    **dict.fromkeys(("a", "an", "this", "each", "every", "another"), "U"),
    **{
        "e.g.": ".",
        "i.e.": ".",
        "according": "I",
        "whose": "T",
        "one": "QH",
        "no": "T",
        "i": "HN",
        "will": "MNV",
    },
    **dict.fromkeys(("le", "la", "du", "von", "van"), "P"),  # of names
    **{"need": "VN", "times": "LI", "longer": "RK", "two": "Q", "the": "T"},
}
NOUN_ENDINGS = ("tion", "sion", "ness", "ity", "ism", "ology", "itis", "osis")
WORDNET_PARTS = (("n", "N"), ("a", "J"), ("v", "V"), ("r", "R"))


def words(sentence: str) -> list[re.Match[str]]:
    return list(WORD.finditer(sentence))


@dataclass(frozen=True, slots=True)
class State:
    """Where a way through the sentence stands: its last part of speech, and whether the sentence
    and the clause opened in it (by `which`, `because`) still want their verb."""

    letter: str = "."
    sentence_wants_verb: bool = True
    clause_wants_verb: bool = False

    def then(self, letter: str) -> tuple["State", float]:
        """The next state and the odds of getting there."""
        odds = FOLLOWS.get((self.letter, letter), FLOOR)
        sentence, clause = self.sentence_wants_verb, self.clause_wants_verb
        if letter in FINITE and not (letter == "V" and self.letter in "OM"):
            sentence, clause = sentence and clause, False
        elif letter in "W.":
            odds += VERBLESS * clause
            clause = letter == "W"
        return State(letter, sentence, clause), odds


def tag(lexicon: Lexicon, tokens: list[str]) -> str:
    """One letter for each token."""
    best = {State(): (0.0, "")}
    for number, token in enumerate(tokens):
        reached: dict[State, tuple[float, str]] = {}
        for letter, emitted in emissions(lexicon, token, first=opens(tokens, number)):
            for before, (score, way) in best.items():
                state, odds = before.then(letter)
                if token == ";" or (token == ":" and number >= FULL):
                    odds += VERBLESS * state.sentence_wants_verb
                    state = State(sentence_wants_verb=token == ";")
                total = score + odds + emitted
                if state not in reached or total > reached[state][0]:
                    reached[state] = total, way + letter
        best = reached
    is_whole = bool(tokens) and tokens[-1] in (".", "!")
    return max(
        (score + VERBLESS * (is_whole and state.sentence_wants_verb), way)
        for state, (score, way) in best.items()
    )[1]


def opens(tokens: list[str], number: int) -> bool:
    """Whether the word has its capital because it opens a sentence or what stands beside a term."""
    return number == 0 or tokens[number - 1] in (":", ".")


def emissions(lexicon: Lexicon, token: str, *, first: bool) -> list[tuple[str, float]]:
    """What the word can be, with the odds of meeting it as that."""
    letters = possible(lexicon, token, first=first)
    odds = {letter: RANKS[min(rank, len(RANKS) - 1)] for rank, letter in enumerate(letters)}
    nominal, verbal = set(letters) & {"N", "L"}, set(letters) & {"V", "Z"}
    if nominal and verbal and "P" not in letters:
        share = noun_share(lexicon, token.lower())
        odds |= dict.fromkeys(nominal, log(share)) | dict.fromkeys(verbal, log(1 - share))
    return list(odds.items())


def noun_share(lexicon: Lexicon, word: str) -> float:
    """How much of the time a word that is a noun and a verb was met as a noun."""
    lemma = simplemma.lemmatize(word, lang="en")
    noun, verb = (2 + sum(sense.count for sense in lexicon.senses(lemma, part)) for part in "nv")
    return noun / (noun + verb)


def possible(lexicon: Lexicon, token: str, *, first: bool) -> str:
    """What the word can be, the likeliest first."""
    if not token[0].isalnum():
        return "."
    if token[0].isdigit():
        return "Q"
    lower = token.lower().replace("’", "'")
    if token == "A" and not first:
        return "N"
    if lower in FIXED:
        return FIXED[lower]
    if lower.endswith("'s"):
        return "S"
    if token[0].isupper() and not first:
        known = lexicon.letters(lower)
        letters = "PN" + known if known[:1] in ("N", "J") else known or "PN"
    else:
        letters = listed(lexicon, lower) or by_ending(lexicon, token, first=first)
    return letters


def listed(lexicon: Lexicon, word: str) -> str:
    letters = lexicon.letters(word)
    if not letters and "-" in word:
        letters = lexicon.letters(word.rsplit("-", 1)[1])
    if letters.startswith(CLOSED):
        return "".join(letter for letter in letters if letter in CLOSED)
    known = "".join(letter for part, letter in WORDNET_PARTS if lexicon.senses(word, part))
    if not letters:
        return by_counts(lexicon, word) if known else ""
    if "N" in known and word.endswith(NOUN_ENDINGS) and "L" not in letters:
        return "N"
    implied = {"L": "N", "K": "J", "Z": "V"}
    known = known.translate({ord(implied[letter]): None for letter in letters if letter in implied})
    return letters + "".join(letter for letter in known if letter not in letters)


def by_counts(lexicon: Lexicon, word: str) -> str:
    """Parts of speech of a word that only WordNet lists, by how often it was met as each."""
    met = [
        (sum(sense.count for sense in senses), letter)
        for part, letter in WORDNET_PARTS
        if (senses := lexicon.senses(word, part))
    ]
    return "".join(letter for _, letter in sorted(met, key=lambda pair: -pair[0]))


def by_ending(lexicon: Lexicon, token: str, *, first: bool) -> str:
    word = token.lower()
    stem = listed(lexicon, word[:-1]) if word.endswith("s") else ""
    if stem and (first or token.islower()):
        return stem.translate(str.maketrans("NVJ", "LZL"))
    if token[0].isupper() and not word.endswith(tuple(ending for ending, _ in ENDINGS)):
        return "PN"
    fitting = [letters for ending, letters in ENDINGS if word.endswith(ending)]
    return fitting[0] if fitting else "NJ"
