"""Study text from a document that was read before."""

from typing import Any

from jobs.errors import NoStudyText
from jobs.kinds.study.sources import page_starts, shortened
from jobs.queries import job_for


def text_of_document(user_id: str, job_id: str) -> dict[str, Any]:
    """What a document of the caller gives to jobs that are made of study text: members of their inputs.

    Raises JobNotFound, and NoStudyText when it has not been read.
    """
    job = job_for(user_id, job_id)
    if job.kind != "document" or job.status != "completed" or job.result is None:
        raise NoStudyText("documentJobId")
    content, warnings = shortened(job.result["text"])
    inputs = {
        "content": content,
        "sourceFileName": job.result["filenames"][0],
        "pageStarts": page_starts(job.result["pages"]),
    }
    return {**inputs, "warnings": warnings} if warnings else inputs
