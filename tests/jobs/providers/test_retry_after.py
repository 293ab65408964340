from email.utils import parsedate_to_datetime

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
        ({"retry-after": "Mon, 02 Nov 2026 10:00:30 GMT"}, 30),
        ({"retry-after": "Monday, 02-Nov-26 10:00:30 GMT", "date": DATE}, 30),
        ({"retry-after-ms": "250"}, 0.25),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"x-ratelimit-reset-requests": "1m10s"}, 70),
        ({"x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"x-ratelimit-reset-requests": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset-requests": "8.64s", "x-ratelimit-reset-tokens": "17ms"}, 8.64),
        (
            {
                "x-ratelimit-reset-requests": "1m10s",
                "x-ratelimit-remaining-requests": "9",
                "x-ratelimit-reset-tokens": "250ms",
                "x-ratelimit-remaining-tokens": "0",
            },
            0.25,
        ),
        ({"retry-after": "4", "x-ratelimit-reset-requests": "1m10s"}, 4),
        ({"x-ratelimit-reset-requests": "12"}, 12),
        ({"x-ratelimit-reset-requests": "soon"}, None),
        ({"retry-after": "99999999999"}, 86400),
        ({"retry-after": "123456789"}, 86400),
        ({"retry-after": "10s"}, 10),
        ({"retry-after": "2026-11-02T10:00:30Z", "date": DATE}, 30),
        ({"retry-after": "1793613630"}, 30),
        ({"x-ratelimit-reset-requests": "1793613630000"}, 30),
        ({"x-ratelimit-reset-requests": "2026-11-02T11:00:45+01:00"}, 45),
        ({"x-ratelimit-reset": "20"}, 20),
        ({"ratelimit-reset": "20"}, 20),
        ({"retry-after": "0", "x-ratelimit-reset-tokens": "1M10S"}, 70),
        ({"retry-after-ms": "0", "retry-after": "4"}, 4),
        ({"retry-after": "Mon, 02 Nov 2026 09:00:00 GMT", "x-ratelimit-reset-tokens": "7s"}, 7),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "tomorrow", "date": DATE}, None),
        ({"retry-after": "Mon, 01 Jan 2026 00:00:00 +99999999999999"}, None),
    ],
)
def test_the_wait_in_every_form(headers, seconds):
    now = parsedate_to_datetime(DATE).timestamp()
    assert retry_after_seconds(headers, 429, lambda: now) == seconds


def test_what_is_left_of_a_limit_is_no_wait_where_something_else_failed():
    assert retry_after_seconds({"x-ratelimit-reset-requests": "1m10s"}, 500) is None
