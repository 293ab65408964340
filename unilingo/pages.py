"""The learner's pages, which belong to no app."""

from dataclasses import asdict
from functools import cache
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from jobs.kind import kinds

# Offered, not required: the API takes every language that Unicode names.
_LANGUAGES = (
    "Arabic", "Bengali", "Chinese (Simplified)", "Chinese (Traditional)", "Czech", "Danish", "Dutch", "English",
    "Finnish", "French", "German", "Greek", "Hebrew", "Hindi", "Hungarian", "Indonesian", "Italian", "Japanese",
    "Korean", "Norwegian", "Persian", "Polish", "Portuguese", "Romanian", "Russian", "Spanish", "Swedish", "Thai",
    "Turkish", "Ukrainian", "Urdu", "Vietnamese",
)  # fmt: skip

# How many cards a learner may ask for at most, by steps; the API takes every number between the first and the last.
_COUNTS = (10, 20, 40, 80, 150, 300)


class Sample(TypedDict):
    subject: str
    text: str


@cache
def samples() -> list[Sample]:
    """The study texts of docs/samples, each named by its subject."""
    files = sorted((settings.BASE_DIR / "docs" / "samples").glob("*.txt"))
    return [{"subject": f.stem.capitalize(), "text": f.read_text("utf-8")} for f in files]


@ensure_csrf_cookie
def demo(request: HttpRequest) -> HttpResponse:
    trusted = settings.TRUST_USER_ID_HEADER
    context = {
        "samples": samples(),
        "languages": _LANGUAGES,
        "counts": _COUNTS,
        "kinds": [
            {"kind": kind.name, **asdict(kind.page)} for kind in kinds().values() if kind.page
        ],
        "trusted": trusted,
        "may_ask": trusted or request.user.is_authenticated,
    }
    return render(request, "jobs/demo.html", context)


@ensure_csrf_cookie
def review(request: HttpRequest) -> HttpResponse:
    trusted = settings.TRUST_USER_ID_HEADER
    may_ask = trusted or request.user.is_authenticated
    return render(request, "profiles/review.html", {"trusted": trusted, "may_ask": may_ask})
