"""Bodies by the grammar of forms and of JSON, whole and damaged: each is answered, soon, and none by an error of ours."""

import json
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import ASKED, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

SECONDS = 2.0  # of processor time
ANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
UPLOADS = ["flashcards/import", "process-document", "process-pdf", "process-image", "pronunciation-assess"]  # fmt: skip
FIELDS = [
    "file",
    "document",
    "pdf",
    "image",
    "audio",
    "referenceText",
    "language",
    "subject",
    "",
    "file\xff",
    "a][",
]
NAMES = ['filename="a.csv"', 'filename="a.pdf"', 'filename="a.wav"', 'filename=""', "filename*=UTF-8''%ff%00.png", "filename*=utf-16''a", "filename", 'filename="..\\..\\x"', 'filename="a\x00b"']  # fmt: skip
HEADERS = [
    "Content-Type: text/csv", "Content-Type: text/plain; charset=none", "Content-Type: multipart/mixed; boundary=b", "Content-Type: ;;=",
    "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Content-Length: -1", "Content-Length: 9999999999999999999999",
    "X: " + "y" * 2000, "no colon", ": ", "Content-Disposition: form-data", "Content-Disposition: form-data; name*=none''a; name=b",
]  # fmt: skip
CONTENTS = [
    b"", b"front,back\na,b\n", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0",
    b"PK\x03\x04\x14\0\0\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06", b"GIF89a\xff\xff\xff\xff", b"\xff\xd8\xff\xe0", b"OggS", b"YQ=", b"=ZZ", b"\x00", b"--b", b"\r\n--b\r\n",
    b"{}", b"ID3\x04", b"fLaC", b"\x1aE\xdf\xa3", b"\0\0\0\x18ftypheic", b"II*\0\xff\xff\xff\xff", b"RIFF\xff\xff\xff\xffWEBPVP8 ",
]  # fmt: skip
KINDS = ["multipart/form-data; boundary=b"] * 6 + ["multipart/form-data", 'multipart/form-data; boundary="b', "multipart/form-data; boundary*=utf-8''b", "multipart/form-data; boundary=" + "b" * 300]  # fmt: skip
MEMBERS = ["content", "subject", "topic", "count", "flashcards", "front", "back", "userId", "difficulty", "noteId", "text", "username", "password", "example", "tags", "jobId", "language", "documentText", "", "\x00", "__proto__"]  # fmt: skip
TEXTS = [
    "flashcards",
    "ai/generate-flashcards",
    "ai/generate-lesson",
    "process-pdf",
    "pronunciation-assess",
    "auth/token",
]
SCALARS = st.sampled_from(
    ["Biology", "Cells divide. Cells grow.", "\ud800", "\x00", "x" * 600, "x" * 6000, " ", "‮", "easy", None, True, False, 0, -1, 10**30, 0.5, 1e308, [], {}]
) | st.text(max_size=3)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=6)
    ),
    max_leaves=12,
)
GARBAGE = [b"", b'"', b"\xff", b"\xed\xa0\x80", b"\x00", b"1e999", b"9" * 5000, b"NaN", b"[" * 3000, b'{"a":' * 3000, b"\r\n", b"--b", b"\\u", b"\xef\xbb\xbf"]  # fmt: skip
DAMAGE = st.just([]) | st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 5), st.sampled_from(GARBAGE)), max_size=2
)
WHOLE = [
    {},
    ASKED,
    {"subject": "Biology", "flashcards": [{"front": "Cell", "back": "Unit of life"}]},
]


@st.composite
def _parts(draw: st.DrawFn) -> bytes:
    field = f'Content-Disposition: form-data; name="{draw(st.sampled_from(FIELDS))}"'
    name = draw(st.none() | st.sampled_from(NAMES))
    more = draw(st.lists(st.sampled_from(HEADERS), max_size=2))
    head = "\r\n".join([f"{field}; {name}" if name else field, *more, "", ""])
    return b"--b\r\n" + head.encode("latin-1") + draw(st.sampled_from(CONTENTS)) + b"\r\n"


@ANY
@given(st.sampled_from(UPLOADS), st.sampled_from(KINDS), st.lists(_parts(), max_size=4), DAMAGE)
def test_every_form_is_read_or_refused(
    path: str, kind: str, parts: list[bytes], damage: list[tuple[float, int, bytes]]
) -> None:
    _answered(path, kind, _damaged(b"".join(parts) + b"--b--\r\n", damage))


@ANY
@given(
    st.sampled_from(TEXTS),
    st.sampled_from(WHOLE),
    st.dictionaries(st.sampled_from(MEMBERS), TREES, max_size=4) | TREES,
    DAMAGE,
)
def test_every_json_is_read_or_refused(
    path: str, whole: dict[str, object], said: object, damage: list[tuple[float, int, bytes]]
) -> None:
    said = whole | said if isinstance(said, dict) else said
    body = json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")
    _answered(path, "application/json", _damaged(body, damage))
    _answered(path, "application/json", json.dumps(said).encode())


def _damaged(body: bytes, damage: Sequence[tuple[float, int, bytes]]) -> bytes:
    """Some bytes left out, and others put there."""
    for place, left_out, garbage in damage:
        at = int(place * len(body))
        body = body[:at] + garbage + body[at + left_out :]
    return body


def _answered(path: str, kind: str, body: bytes) -> None:
    ann = signed_in("ann")
    began = time.process_time()
    answer = ann.django.generic("POST", f"/api/{path}", body, content_type=kind)
    taken = time.process_time() - began
    assert answer.status_code < 500, answer.content
    assert answer["Content-Type"] == "application/json"
    if answer.status_code >= 400:
        assert {"success", "error", "code"} <= set(answer.json())
    assert taken < SECONDS
