"""The runbook as a page, so that an alert leads to what is to be done about it."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from unilingo.monitoring.staff import staff_only

FILE = "docs/runbook.md"


@staff_only
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/runbook.html", {"text": _runbook()})


@cache
def _runbook() -> SafeString:
    """A text of our own, each section under the name that alerts lead to. Other documents are not served: their links are words."""
    read = MarkdownIt("commonmark").enable("table")
    tokens = read.parse((settings.BASE_DIR / FILE).read_text("utf-8"))
    for heading, words in zip(tokens, tokens[1:], strict=False):
        if heading.type == "heading_open":
            heading.attrSet("id", words.content.lower())
    for inline in tokens:
        is_word = False
        for token in inline.children or ():
            if token.type == "link_open":
                is_word = not str(token.attrGet("href")).startswith("#")
            if is_word and token.type.startswith("link_"):
                is_word = token.type == "link_open"
                token.type, token.tag, token.content = "text", "", ""
    return mark_safe(str(read.renderer.render(tokens, read.options, {})))
