r"""The commands that a LaTeX text makes for itself (`\newcommand`, `\def`, `\newtheorem`), replaced by what they stand for."""

import re
from dataclasses import dataclass

_MADE = re.compile(
    r"\\(?:(?:new|renew|provide)command\*?|def|DeclareMathOperator\*?)\s*\{?\\(?P<name>[a-zA-Z]+)\}?"
    r"\s*(?:\[(?P<count>\d)\])?(?P<default>\[[^\[\]]*\])?(?P<signs>(?:#\d)*)\s*(?=\{)"
)
_THEOREM = re.compile(r"\\newtheorem\*?\{(?P<name>\w+)\}(?:\[\w+\])?\{definitions?\}", re.I)
_OPTION, _OPENING = re.compile(r"\s*\[([^\[\]]*)\]"), re.compile(r"\s*\{")
_SIGN = re.compile(r"\\.|[{}]", re.S)
_DEEPEST = 3  # commands within commands
_MOST = 100_000  # characters put in by them in a round, so that a small text stays small


@dataclass(frozen=True, slots=True)
class _Command:
    parameters: int
    default: str | None
    body: str


def expanded(text: str) -> str:
    """The text with as many line ends, so that places stay those of its lines."""
    commands, text = _taken_out(_with_definitions(text))
    if not commands:
        return text
    used = re.compile(r"\\(" + "|".join(sorted(commands, key=len, reverse=True)) + r")(?![a-zA-Z])")
    for _ in range(_DEEPEST):
        text = _replaced(text, used, commands)
    return text


def _taken_out(text: str) -> tuple[dict[str, _Command], str]:
    found: dict[str, _Command] = {}
    kept, at = [], 0
    for made in _MADE.finditer(text):
        if made.start() < at:
            continue
        end = _end_of_group(text, made.end())
        count = int(made["count"] or made["signs"].count("#"))
        default = made["default"] and made["default"][1:-1]
        body = " ".join(text[made.end() + 1 : end - 1].split())
        found[made["name"]] = _Command(count, default, body)
        kept += [text[at : made.start()], "\n" * text.count("\n", made.start(), end)]
        at = end
    return found, "".join([*kept, text[at:]])


def _with_definitions(text: str) -> str:
    """Environments titled `Definition`, whatever they are called, as `definition`."""
    names = {found["name"] for found in _THEOREM.finditer(text)}
    for name in names - {"definition"}:
        text = re.sub(rf"\\(begin|end)\{{{name}\}}", r"\\\1{definition}", text)
    return text


def _replaced(text: str, used: re.Pattern[str], commands: dict[str, _Command]) -> str:
    kept, at, room = [], 0, _MOST
    for found in used.finditer(text):
        if found.start() < at:
            continue  # within the arguments of the one before; replaced in the next round
        command = commands[found[1]]
        arguments, end = _arguments(text, found.end(), command)
        body = command.body
        # Before it is made: arguments of half a text, put in ten thousand times, are a gigabyte.
        room -= len(body) + sum(body.count(f"#{n}") * len(a) for n, a in enumerate(arguments, 1))
        if room < 0:
            break
        for number in range(command.parameters, 0, -1):
            body = body.replace(f"#{number}", "".join(arguments[number - 1 : number]))
        lines = text.count("\n", found.start(), end)
        if body.count("\n") > lines:
            body = body.replace("\n", " ")
        kept += [text[at : found.start()], body, "\n" * (lines - body.count("\n"))]
        at = end
    return "".join([*kept, text[at:]])


def _arguments(text: str, at: int, command: _Command) -> tuple[list[str], int]:
    """What follows the command, and where that ends."""
    arguments: list[str] = []
    if command.default is not None:
        option = _OPTION.match(text, at)
        arguments.append(option[1] if option else command.default)
        at = option.end() if option else at
    while len(arguments) < command.parameters and (opening := _OPENING.match(text, at)):
        at = _end_of_group(text, opening.end() - 1)
        arguments.append(text[opening.end() : at - 1].strip())
    return arguments, at


def _end_of_group(text: str, start: int) -> int:
    """The place behind the bracket that closes the one at `start`."""
    depth = 0
    for found in _SIGN.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0 and found[0] == "}":
            return found.end()
    return len(text)
