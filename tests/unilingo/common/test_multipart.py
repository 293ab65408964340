"""Whatever a form is made of, it is read in time in proportion to its length."""

import io
import time

import pytest

from unilingo.common.multipart import _Readable

BYTES = 256 << 10
SECONDS = 1.0  # of processor time; what looks back takes ten and more


@pytest.mark.parametrize("boundary", [b"b", b"-" * 198], ids=["short", "long"])
@pytest.mark.parametrize(
    "piece", ["--{}\r\n", "x--{}\r\n", "--{}\r\na: b\r\n", "-\r\n", "-", "a: filename*=", "a: filename*='", "\r\n"]
)  # fmt: skip
def test_a_form_of_the_same_again_and_again_is_over_soon(piece: str, boundary: bytes) -> None:
    repeated = piece.format(boundary.decode()).encode()
    head = b"--" + boundary + b"\r\n"
    form = _Readable(io.BytesIO(head + repeated * (BYTES // len(repeated))), boundary)
    began = time.process_time()
    while form.read(64 << 10):
        pass
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        (b'x; filename="caf\xe9"', b'x; filename="caf\xc3\xa9"'),
        (b"x; filename*=none''a", b"x; filename*=iso-8859-1''a"),
        (b"x; filename*=" + b"c" * 99 + b"''a", b"x; filename=" + b"c" * 99 + b"''a"),
    ],
)
def test_every_head_of_a_form_is_mended(line: bytes, becomes: bytes) -> None:
    form = b"--b\r\nA: 1\r\nD: %b\r\n\r\nfirst\r\n--b\r\nD: %b\r\n\r\nnext --b\r\n--b--\r\n"
    readable = _Readable(io.BytesIO(form % (line, line)), b"b")
    assert b"".join(iter(lambda: readable.read(1 << 20), b"")) == form % (becomes, becomes)
