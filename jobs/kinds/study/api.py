"""HTTP for what is made of study text: text, files or a document that has been read come in, a job goes out."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from jobs import language_pairs
from jobs.api.uploads import refuse_unknown
from jobs.api.views import WorkView, ask
from jobs.kinds.document.files import DOCUMENT, IMAGES, PDF
from jobs.kinds.study.documents import text_of_document
from jobs.kinds.study.request import UNKNOWN_SOURCE, StudyRequest
from jobs.uploads import Upload
from unilingo.common.caller import user_id_of
from unilingo.common.json_body import StrictJson
from unilingo.common.multipart import Multipart


class Generate(WorkView):
    """Something to be made of study text; each of these kinds is a subclass."""

    kind: ClassVar[str]
    # Making a serializer copies all its fields, which costs more than validating; it holds nothing of a request.
    asked: ClassVar[StudyRequest]
    parser_classes = (StrictJson, Multipart)
    body_bytes = IMAGES.body_bytes
    limit = "ai"
    required = StudyRequest.REQUIRED

    def missing(self, data: Any) -> list[str]:
        return StudyRequest.missing(data if isinstance(data, dict) else {})

    def post(self, request: Request) -> HttpResponse:
        refuse_unknown(request, IMAGES, PDF, DOCUMENT)
        files = [file for taken in (IMAGES, PDF, DOCUMENT) for file in taken.of(request)]
        inputs = self.asked.run_validation(_with_files(request.data, files))
        if refusal := language_pairs.refusal(inputs):
            raise ValidationError({"targetLanguage": [refusal]})
        document = inputs.pop("documentJobId", "")
        found = text_of_document(user_id_of(request), document) if document else {}
        if inputs.get("sourceFileName") != UNKNOWN_SOURCE:
            # Said by the client, or of no use to this kind.
            found.pop("sourceFileName", None)
        elif files:
            # As the file is called, which is no part of what is asked for.
            del inputs["sourceFileName"]
        return ask(request, self.kind, self.limit, {**inputs, **found}, files)


def _with_files(data: Any, files: Sequence[Upload]) -> Any:
    """The body as the serializer reads it: a form's files as one more source of text."""
    if not isinstance(data, dict):
        return data
    return {**{name: value for name, value in data.items() if name != "files"}, "files": files}
