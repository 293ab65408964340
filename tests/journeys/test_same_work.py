"""A hundred identical requests at one instant, on two web processes: one job, one paid call."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.fakes.openai_server import FakeOpenAI
from tests.servers import postgres_server
from tests.stack import FLASHCARDS, running_stack

REQUESTS = 100


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_simultaneous_identical_requests_make_one_job_and_one_call(database: str) -> None:
    with ExitStack() as servers:
        openai = servers.enter_context(FakeOpenAI(latency=0.2))
        url = servers.enter_context(postgres_server()) if database == "postgresql" else ""
        environment = {"OPENAI_API_KEY": "test", "OPENAI_BASE_URL": openai.base_url}
        stack = servers.enter_context(running_stack(webs=2, database_url=url, **environment))

        def ask(number: int) -> str:
            client = stack.client("ann", web=number % 2)
            answer = client.post("/api/ai/generate-flashcards", FLASHCARDS)
            assert answer.status in (200, 202), answer.body
            job_id: str = answer.json["jobId"]
            return job_id

        with ThreadPoolExecutor(20) as threads:
            answered = set(threads.map(ask, range(REQUESTS)))

        assert len(answered) == 1
        assert stack.ended("ann", answered.pop())["status"] == "completed"
        assert len(openai.served) == 1
