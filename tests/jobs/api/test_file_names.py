"""What clients write as the name of a file: whatever it is, the file is there."""

import hashlib

import pytest

from jobs.models import Job
from tests import papers
from tests.people import claiming
from unilingo.common import multipart

pytestmark = pytest.mark.django_db

PNG = papers.encoded(papers.page("The heart pumps blood."))
NAMES = {
    b'filename="caf\xe9.png"': "café.png",
    b'filename="caf\xc3\xa9.png"': "café.png",
    b"filename=caf\xe9.png": "café.png",
    b"filename*=ISO-8859-1''caf%E9.png": "café.png",
    b"filename*=UTF-8''caf%C3%A9.png": "café.png",
    b"filename=\"caf\xe9.png\"; filename*=UTF-8''caf%C3%A9.png": "café.png",
    b"filename*=klingon''caf%E9.png": "café.png",
    b"filename*=hex''caf%E9.png": "café.png",
    b"filename*=undefined''caf%E9.png": "café.png",
    b"filename*=''caf%C3%A9.png": "café.png",
    b"filename=\"plain.png\"; filename*=klingon''caf%E9.png": "café.png",
    b"filename*=caf%C3%A9.png": "caf%C3%A9.png",
    b'filename="caf%E9.png"': "caf%E9.png",
    b'filename="=?utf-8?Q?caf=C3=A9.png?="': "=?utf-8?Q?caf=C3=A9.png?=",
    b'filename="a \\"b\\".png"': 'a "b".png',
    b'filename="C:\\fakepath\\caf\xe9.png"': "café.png",
    b'filename="C:\\notes\\"': "file",
    b'filename=".."': "file",
    b'filename=""': "file",
}


def _post(named: bytes, content: bytes, before: bytes = b"") -> tuple[int, dict[str, object]]:
    disposition = b'Content-Disposition: form-data; name="images"; ' + named
    body = b"--B\r\n%b\r\nContent-Type: image/png\r\n\r\n%b\r\n--B--\r\n" % (disposition, content)
    answer = claiming("ann").django.post(
        "/api/process-image", before + body, content_type="multipart/form-data; boundary=B"
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("named", "name"), NAMES.items())
def test_a_file_is_taken_under_the_name_that_its_sender_meant(named: bytes, name: str) -> None:
    status, body = _post(named, PNG)

    assert status == 202, body
    assert [file["name"] for file in Job.objects.get().input["files"]] == [name]


def test_no_name_and_no_content_is_no_file() -> None:
    status, body = _post(b'filename=""', b"")

    assert (status, body["error"]) == (400, "No image files uploaded")


@pytest.mark.parametrize("bytes_before", range(0, multipart.HEAD_BYTES, 97))
def test_a_name_is_read_wherever_the_blocks_of_a_body_end(bytes_before: int) -> None:
    blocks = 1 << 16
    filler = b"x" * (2 * blocks - bytes_before)
    field = b'--B\r\nContent-Disposition: form-data; name="other"\r\n\r\n%b\r\n' % filler

    status, body = _post(b'filename="caf\xe9.png"', PNG, before=field)

    assert status == 202, body
    file = Job.objects.get().input["files"][0]
    assert (file["name"], file["sha256"]) == ("café.png", hashlib.sha256(PNG).hexdigest())
