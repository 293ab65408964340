import pytest

from jobs.providers.retry_after import retry_after_seconds

DATE = "Mon, 02 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": "x", "retry-after": "4"}, 4),
        ({"retry-after": "Mon, 02 Nov 2026 10:00:30 GMT", "date": DATE}, 30),
        ({"retry-after": "Mon, 02 Nov 2026 09:00:00 GMT", "date": DATE}, 0),
        ({"retry-after": "Mon, 02 Nov 2026 10:00:30 GMT"}, None),
        ({"retry-after": "Mon, 02 Nov 2026 10:00:30", "date": DATE}, None),
        ({"retry-after": "tomorrow", "date": DATE}, None),
    ],
)
def test_the_wait_in_every_form(headers, seconds):
    assert retry_after_seconds(headers) == seconds
