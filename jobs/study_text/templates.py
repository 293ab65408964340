"""What the generator of a site fills in or is told (Liquid, Jinja, Hugo, Kramdown), taken out of the text:
`{% include note.html %}`, `{:.no_toc}`."""

import re
from collections.abc import Sequence

from jobs.study_text.lines import Line

_TAG = re.compile(
    r"\{%[-+]?\s*(?P<name>[a-z]\w*)(?s:.{0,1000}?)%\}|\{\{[<%](?s:.{0,1000}?)[>%]\}\}|\{:[^{}\n]{1,200}\}"
)
_OF_CODE = frozenset(("highlight", "endhighlight", "code", "endcode", "codeblock", "endcodeblock"))


def without_tags(lines: Sequence[Line]) -> list[Line]:
    """As many lines; those around program text become Markdown's."""
    text = "\n".join(line.text for line in lines)
    if not any(mark in text for mark in ("%}", "}}", "{:")):
        return list(lines)
    texts = _TAG.sub(_said, text).split("\n")
    return [line.with_text(text) for line, text in zip(lines, texts, strict=True)]


def _said(tag: re.Match[str]) -> str:
    return ("```" if tag["name"] in _OF_CODE else "") + "\n" * tag.group().count("\n")
