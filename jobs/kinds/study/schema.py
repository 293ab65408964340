"""What the OpenAPI document says of requests for what is made of study text."""

from typing import Any

from jobs.api.options import OptionFields
from jobs.api.schema import form
from jobs.kinds.document.schema import PICTURES
from unilingo.common.openapi import FILE, example

TEXT = "Osmosis is the movement of water through a membrane. A membrane that lets only water through is semipermeable. Turgor is the pressure of the water in a plant cell against its wall."
EXAMPLE = example(content=TEXT, subject="Biology", topic="Cells", nativeLanguage="English")


def study(request: Any) -> dict[str, Any]:
    """As JSON, or as a form with the document itself in place of its text."""
    names = ("subject", "topic", "nativeLanguage", "targetLanguage", "sourceFileName")
    texts: dict[str, Any] = {name: {"type": "string"} for name in names}
    body = form(required=["subject", "topic"], **texts, images=PICTURES, pdf=FILE, document=FILE)
    with_options = type(request.__name__, (request, OptionFields), {"__doc__": request.__doc__})
    return {"application/json": with_options, **body}
