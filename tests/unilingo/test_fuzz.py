"""Requests of every shape that the OpenAPI document allows, and many that it does not: no answer may surprise.

`make fuzz` sends many more of them.
"""

import os
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.people import token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

EXAMPLES = int(os.environ.get("PYTEST_FUZZ_EXAMPLES", "3"))
# The systematic part takes three seconds for each endpoint.
PHASES: Any = {"phases": {"coverage": {"enabled": EXAMPLES > 3}}}
CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Streams do not end by themselves.
document = schemathesis.openapi.from_wsgi(
    "/api/schema?format=json", get_wsgi_application(), config=SchemathesisConfig.from_dict(PHASES)
).exclude(path_regex="events$")


@document.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_no_request_gets_an_answer_that_the_document_does_not_know(case: Case) -> None:
    case.headers["Authorization"] = f"Bearer {token('ann', role='service_role')}"
    case.call_and_validate(checks=CHECKS)
