"""Documents: the text of pictures, PDFs, slides, books and the like."""

from jobs.kind import Capability, Kind, Page, Queue
from jobs.kinds.document.expected import expected
from jobs.kinds.document.handler import DocumentResult, read_document
from jobs.kinds.document.named import renamed

KIND = Kind(
    name="document",
    title="Document reading",
    estimated_time="5-60 seconds",
    capability=Capability.VISION,
    queue=Queue.AI,
    deadline_seconds=1800,
    version="3",
    handler=read_document,
    result=DocumentResult,
    urls="jobs.kinds.document.api",
    expects=expected,
    is_bulk=True,
    renamed=renamed,
    # Where clients of the original look for what was read.
    has_result_member=True,
    page=Page("Document", "/api/process-document", "document"),
)
