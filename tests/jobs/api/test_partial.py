"""Cards are shown while the others are made: in the job's events, its status, and what its stream begins with."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, queries, runner
from jobs.api import representation
from jobs.kind import Queue
from jobs.kinds.flashcards import partial_cards as partial_cards
from jobs.models import Job, JobEvent, Status
from jobs.providers.openai import reply
from tests.fakes.openai_faults import completion, content_for, pieces_of
from tests.fakes.openai_server import FakeOpenAI
from tests.people import ASKED, GENERATE, claiming
from tests.stack import CONTENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

WORK = ASKED | {"content": CONTENT}


@pytest.fixture
def openai(openai: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> FakeOpenAI:
    monkeypatch.setattr(partial_cards, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(reply, "REST", 0.0)
    return openai


def run(content: str = CONTENT) -> Job:
    claiming("ann").post(GENERATE, WORK | {"content": content})
    return run_again()


def run_again() -> Job:
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)
    return Job.objects.get(pk=claim.job_id)


def told(job: Job) -> list[dict[str, Any]]:
    rows = JobEvent.objects.filter(job=job, type="partial").order_by("sequence")
    return [row.data for row in rows]


def fronts(news: dict[str, Any]) -> list[str]:
    return [card["front"] for card in news["flashcards"]]


def loses_the_end(exchange: Any) -> None:
    pieces = list(pieces_of(completion(exchange, content_for(exchange)), exchange.body))
    exchange.send_pieces(pieces[: len(pieces) // 2], is_cut=True)


def test_each_card_is_told_once_as_the_result_has_it(openai: FakeOpenAI) -> None:
    job = run()

    news = told(job)
    assert job.status == Status.COMPLETED
    assert job.result
    assert [each["from"] for each in news] == list(range(len(news)))
    assert len(news) >= 10
    cards = [card for each in news for card in each["flashcards"]]
    assert all(card in cards for card in job.result["flashcards"])
    assert "partial" not in representation.status(job)


def test_a_reader_who_comes_late_is_shown_what_is_there(openai: FakeOpenAI) -> None:
    claiming("ann").post(GENERATE, WORK)
    job = Job.objects.get()
    claim = runner.claim(Queue.AI)
    assert claim
    news = {"flashcards": [{"front": "artery"}, {"front": "vien"}], "from": 0}
    lifecycle.partial_result(claim, news, now=timezone.now())
    lifecycle.partial_result(
        claim,
        {"flashcards": [{"front": "vein"}, {"front": "heart"}], "from": 1},
        now=timezone.now(),
    )

    job.refresh_from_db()
    shown = representation.status(job)["partial"]
    assert fronts(shown) == ["artery", "vein", "heart"]
    assert shown["from"] == 0
    assert representation.connected(job, timezone.now())["partial"] == shown


def test_a_part_that_is_asked_again_replaces_what_it_had_told(openai: FakeOpenAI) -> None:
    def breaks(exchange: Any) -> None:
        pieces = list(pieces_of(completion(exchange, content_for(exchange)), exchange.body))
        refusal = {"choices": [{"index": 0, "delta": {"refusal": "No."}, "finish_reason": "stop"}]}
        exchange.send_pieces([*pieces[:200], refusal])

    long = "\n\n".join([CONTENT] * 2)
    openai.script(breaks)

    job = run(long)

    news = told(job)
    places = [each["from"] for each in news]
    assert job.status == Status.COMPLETED, "the refused part spoils only itself"
    assert places.count(0) == 2
    assert queries.partial_of(job)["flashcards"][0] == news[places.index(0, 1)]["flashcards"][0]


def test_a_cut_stream_keeps_what_it_has_told(openai: FakeOpenAI) -> None:
    openai.script(loses_the_end)

    job = run()

    assert job.status == Status.COMPLETED
    assert job.result
    assert {c["front"] for c in job.result["flashcards"]} >= set(fronts(told(job)[0]))
    assert any("broke off" in warning for warning in job.result["warnings"])


def test_a_lost_claim_tells_nothing(openai: FakeOpenAI) -> None:
    claiming("ann").post(GENERATE, WORK)
    claim = runner.claim(Queue.AI)
    assert claim
    lifecycle.release_claim(claim, now=timezone.now())

    news = {"flashcards": [], "from": 0}
    assert not lifecycle.partial_result(claim, news, now=timezone.now())


def test_the_built_in_engine_tells_its_cards_by_the_result_alone(settings: Settings) -> None:
    settings.PROVIDER_TEXT = "local"

    job = run()

    assert job.status == Status.COMPLETED
    assert told(job) == []
