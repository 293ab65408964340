"""How many pictures of a document will be read."""

from collections.abc import Mapping
from typing import Any

from jobs.kind import Expected
from resilience.usage import Units

PAGES_AT_MOST = 500
# A page that is a picture; one with its text in the file is not sent to anybody.
BYTES_OF_PAGE = 150_000


def expected(inputs: Mapping[str, Any]) -> Expected:
    """A picture is one; of another document nobody knows before it is opened: by its size, and at most all it may have."""
    files = inputs.get("files", ())
    usual = most = 0
    for file in files:
        is_picture = str(file.get("type", "")).startswith("image/")
        pages = max(1, min(PAGES_AT_MOST, int(file.get("bytes", 0)) // BYTES_OF_PAGE))
        usual += 1 if is_picture else pages
        most += 1 if is_picture else PAGES_AT_MOST
    return Expected(Units(images=usual), Units(images=most))
