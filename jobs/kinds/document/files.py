"""What may be handed in to be read."""

from jobs.api.uploads import MEBIBYTE, Files
from jobs.kinds.document import naming


def _taken(field: str, types: frozenset[str], names: str, *, at_most: int, megabytes: int) -> Files:
    return Files(
        field=field,
        at_most=at_most,
        max_bytes=megabytes * MEBIBYTE,
        types=types,
        names=names,
        told=naming.told,
        advice=lambda kind: naming.advice(kind, "/api/process-document", types),
    )


IMAGES = _taken("images", naming.PICTURES, "JPEG, PNG, WebP or HEIC", at_most=5, megabytes=10)
PDF = _taken("pdf", frozenset({"application/pdf"}), "PDF", at_most=1, megabytes=25)
DOCUMENT = _taken(
    "document",
    naming.DOCUMENTS | naming.PICTURES,
    "a PDF, a document of Word, PowerPoint or LibreOffice, an EPUB, a web page, RTF, text or a picture",
    at_most=1,
    megabytes=25,
)
