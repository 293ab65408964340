"""What may be handed in to be read."""

from jobs.api.uploads import MEBIBYTE, Files

IMAGES = Files(
    field="images",
    at_most=5,
    max_bytes=10 * MEBIBYTE,
    types=frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"}),
    names="JPEG, PNG, WebP or HEIC",
)
PDF = Files(
    field="pdf",
    at_most=1,
    max_bytes=25 * MEBIBYTE,
    types=frozenset({"application/pdf"}),
    names="PDF",
)
