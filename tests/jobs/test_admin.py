"""Jobs in the admin: found in many ways, read whole, cancelled and retried many at once."""

import json
import uuid
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobs import lifecycle
from jobs.admin import commands
from jobs.admin.jobs import SHOWN_CHARACTERS
from jobs.claims import Failure
from jobs.models import Job, Status
from resilience.models import OperatorAction, PriceVersion, UsageRecord
from tests.jobs.rows import FAILURE, NOW, WAIT, after, claimed, job_in, stored, waiting_job
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db

LIST = "/admin/jobs/job/"


@pytest.fixture
def staff(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


def page(job_id: str) -> str:
    return f"{LIST}{job_id}/change/"


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return [job.id for job in answer.context["cl"].result_list]


def test_jobs_are_found_by_state_kind_user_and_any_part_of_the_id(staff: Client) -> None:
    anns, bobs = waiting_job("ann"), waiting_job("bob")
    claimed(bobs)
    assert listed(staff, "q=active") == [bobs.id]
    assert listed(staff, "q=waiting+flashcards") == [anns.id]
    assert listed(staff, "q=an") == [anns.id]
    assert listed(staff, f"q={anns.id[-8:]}") == [anns.id]
    assert listed(staff, "q=ann+active") == []


def test_what_its_runs_took_is_told_without_the_waits_between(staff: Client) -> None:
    job = waiting_job()
    first = claimed(job, now=after(1))
    lifecycle.delay(first, WAIT, counts_attempt=True, now=after(3))
    lifecycle.wake([job.id], now=after(600))
    lifecycle.complete(claimed(job, now=after(601)), {"success": True}, now=after(605))

    (shown,) = staff.get(LIST).context["cl"].result_list
    assert admin.site.get_model_admin(Job).ran(shown) == "6.0 s"  # type: ignore[attr-defined]


def test_what_it_waited_is_told_without_its_runs_and_the_time_before_a_retry(staff: Client) -> None:
    job = waiting_job()
    failure = Failure("PROVIDER_REFUSED", "Refused.", is_retryable=True)
    lifecycle.fail(claimed(job, now=after(1)), failure, now=after(3))
    lifecycle.retry(job.id, identity="other", now=after(86_400))
    first = claimed(job, now=after(86_401))
    lifecycle.delay(first, WAIT, counts_attempt=True, now=after(86_403))
    lifecycle.wake([job.id], now=after(86_406))
    lifecycle.complete(claimed(job, now=after(86_407)), {"success": True}, now=after(86_410))

    (shown,) = staff.get(LIST).context["cl"].result_list
    assert admin.site.get_model_admin(Job).waited(shown) == "6.0 s"  # type: ignore[attr-defined]


def test_who_works_on_them_is_told_in_the_list(staff: Client) -> None:
    """So that a worker which gives no sign is found among many."""
    claimed(waiting_job(), worker="vm:4711")

    shown = staff.get(f"{LIST}?status__exact=active").content.decode()

    assert "<small>0 % vm:4711</small>" in shown


def test_jobs_are_filtered_by_status_kind_queue_and_wait(staff: Client) -> None:
    job = waiting_job()
    for query in (
        "status__exact=waiting",
        "kind=flashcards",
        "queue__exact=ai-jobs",
        "wait_reason=queue",
    ):
        assert listed(staff, query) == [job.id]
    assert listed(staff, "status__exact=failed") == []
    assert listed(staff, "wait_reason=budget") == []


def test_jobs_are_found_by_error_user_day_time_and_money(staff: Client) -> None:
    dear = waiting_job("ann", now=after(-86400))
    lifecycle.fail(claimed(dear, now=after(-86400)), FAILURE, now=after(-86390))
    UsageRecord.objects.create(
        reservation_id=uuid.uuid4(), permit=f"{dear.id}:1:a:1", job_id=dear.id, user_id="ann", provider="openai",
        model="m", kind="flashcards", outcome="ok", cost_usd=Decimal("0.5"), created_at=NOW,
        price=PriceVersion.objects.first(),
    )  # fmt: skip
    cheap = waiting_job("bob", now=NOW)
    lifecycle.complete(claimed(cheap, now=NOW), {"success": True}, now=after(2))

    assert listed(staff, "error_code=provider_unavailable") == [dear.id]
    assert listed(staff, "user_id=bob") == [cheap.id]
    assert listed(staff, "day=2026-11-22") == [dear.id]
    assert listed(staff, "seconds=1") == [cheap.id, dear.id]
    assert listed(staff, "seconds=9.5") == [dear.id]
    assert listed(staff, "usd=0.5") == [dear.id]
    assert listed(staff, "usd=0.51") == []
    shown = staff.get(f"{LIST}?user_id=ann&usd=0.1").content.decode()
    assert "$0.500000" in shown
    assert 'user: <strong>ann</strong> <a href="?usd=0.1"' in shown


@pytest.mark.parametrize("query", ["day=soon", "seconds=many", "seconds=inf", "usd=nan", "usd=-1"])
def test_a_filter_that_means_nothing_finds_nothing(staff: Client, query: str) -> None:
    waiting_job()
    assert listed(staff, query) == []


def test_the_newest_job_comes_first(staff: Client) -> None:
    first, second = waiting_job(now=NOW), waiting_job(now=after(1))
    assert listed(staff) == [second.id, first.id]


def test_a_long_list_costs_no_more_queries_than_a_short_one_and_reads_no_texts(
    staff: Client,
) -> None:
    waiting_job()
    with CaptureQueriesContext(
        connection,
    ) as short:
        staff.get(LIST)
    for _ in range(60):
        waiting_job()
    with CaptureQueriesContext(connection) as long:
        assert len(listed(staff)) == 50
    assert len(long) == len(short)
    assert not any('"input"' in query["sql"] or '"result"' in query["sql"] for query in long)


def test_a_page_shows_what_happened_in_order(staff: Client) -> None:
    job = job_in(Status.COMPLETED)
    answer = staff.get(page(job.job_id))
    formset = answer.context["inline_admin_formsets"][0].formset
    assert [form.instance.type for form in formset.forms] == ["waiting", "active", "completed"]
    assert "Waiting for a free worker." in answer.content.decode()


def test_a_delayed_job_says_what_it_waits_for(staff: Client) -> None:
    job = job_in(Status.DELAYED)
    assert (
        "It will be tried again. Until 2026-11-23 12:00:05."
        in staff.get(page(job.job_id)).content.decode()
    )


def test_input_is_shown_as_text_and_never_as_markup(staff: Client) -> None:
    job = waiting_job()
    Job.objects.filter(pk=job.id).update(input={"content": "<script>alert(1)</script>"})
    shown = staff.get(page(job.id)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


def test_a_large_input_is_cut_and_can_be_read_whole_behind_a_link(staff: Client) -> None:
    job = waiting_job()
    content = "ä" * (SHOWN_CHARACTERS + 500)
    Job.objects.filter(pk=job.id).update(input={"content": content})
    shown = staff.get(page(job.id)).content.decode()
    assert content not in shown
    link = f"{LIST}{job.id}/input.json"
    assert link in shown
    assert json.loads(staff.get(link).content) == {"content": content}


def test_nothing_can_be_added_changed_or_deleted(staff: Client) -> None:
    job = waiting_job()
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.post(page(job.id), {"status": "completed"}).status_code == 403
    assert staff.post(f"{LIST}{job.id}/delete/", {"post": "yes"}).status_code == 403
    staff.post(LIST, {"action": "delete_selected", "_selected_action": job.id, "post": "yes"})
    assert Job.objects.get(pk=job.id).status == Status.WAITING


def test_who_may_not_see_jobs_sees_neither_page_nor_input() -> None:
    job = waiting_job()
    clerk = Client()
    clerk.force_login(User.objects.create_user("clerk", is_staff=True))
    assert clerk.get(page(job.id)).status_code == 403
    assert clerk.get(f"{LIST}{job.id}/input.json").status_code == 403
    assert Client().get(f"{LIST}{job.id}/input.json").status_code == 302


def test_a_member_that_is_not_there_is_not_found(staff: Client) -> None:
    job = waiting_job()
    assert staff.get(f"{LIST}{job.id}/worker.json").status_code == 404
    assert staff.get(f"{LIST}flashcards-unknown/input.json").status_code == 404


def test_durations_are_those_of_the_row(staff: Client) -> None:
    job = waiting_job()
    claim = claimed(job, now=after(2))
    lifecycle.complete(claim, {"success": True}, now=after(5.5))
    answer = staff.get(page(job.id)).content.decode()
    assert "2.0 s" in answer
    assert "3.5 s" in answer


def test_many_jobs_are_cancelled_and_retried_at_once_and_it_is_written_down_who_did_it(
    staff: Client, redis_server: ValkeyServer
) -> None:
    jobs = [waiting_job(f"user {n}") for n in range(3)]
    done = job_in(Status.COMPLETED)
    chosen = {"_selected_action": [*(job.id for job in jobs), done.job_id]}
    asked = staff.post(LIST, {"action": "cancel", **chosen}).content.decode()
    assert "Cancel 3 of 4 jobs?" in asked
    assert "<td>1</td><td>completed</td><td>left out" in asked
    assert Job.objects.filter(status=Status.WAITING).count() == 3

    sure = {"is_sure": "yes", "reason": "a mistake", **chosen}
    answer = staff.post(LIST, {"action": "cancel", **sure}, follow=True)
    assert b"3 cancelled. Left out: 1 (This job has already ended)" in answer.content
    staff.post(LIST, {"action": "retry", **sure})
    assert set(Job.objects.values_list("status", flat=True)) == {"waiting", "completed"}
    told = OperatorAction.objects.order_by("id").values_list("actor", "action", "target")
    assert list(told) == [("admin", "cancel_jobs", "3 jobs"), ("admin", "retry_jobs", "3 jobs")]
    audit = staff.get("/admin/resilience/operatoraction/").content.decode()
    assert f"jobs: {', '.join(sorted(job.id for job in jobs))}; reason: a mistake" in audit
    assert OperatorAction.objects.first().details["reason"] == "a mistake"  # type: ignore[union-attr]


def test_more_jobs_than_one_request_does_are_retried_in_batches(
    staff: Client, redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    for _ in range(5):
        job_in(Status.FAILED)
    sure = {"action": "retry", "is_sure": "yes", "select_across": "1", "_selected_action": "any"}

    answer = staff.post(LIST, sure)
    left = [5 - 2]
    while answer.context and "again" in answer.context:
        again = dict(answer.context["again"])
        answer = staff.post(LIST, {**sure, **again}, follow=True)
        left.append(Job.objects.filter(status=Status.FAILED).count())

    assert left == [3, 1, 0]
    told = OperatorAction.objects.order_by("id").values_list("target", flat=True)
    assert list(told) == ["2 jobs", "2 jobs", "1 jobs"]


def test_a_command_retries_what_failed_by_an_error_in_batches(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "BATCH", 2)
    for _ in range(3):
        job_in(Status.FAILED)
    other = job_in(Status.FAILED)
    Job.objects.filter(pk=other.job_id).update(error_code="INTERNAL_ERROR")
    asked = ("retry_jobs", "--code", "PROVIDER_UNAVAILABLE")

    call_command(*asked)
    assert Job.objects.filter(status=Status.FAILED).count() == 4
    call_command(*asked, "--hours", "1", "--yes")
    assert Job.objects.filter(status=Status.FAILED).count() == 4

    call_command(*asked, "--yes")
    assert list(Job.objects.filter(status=Status.FAILED)) == [stored(other)]
    assert capsys.readouterr().out.splitlines()[-2:] == ["2 queued anew.", "1 queued anew."]


def test_staff_who_may_only_look_are_offered_no_actions(staff: Client) -> None:
    viewer = User.objects.create_user("viewer", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_job"))
    client = Client()
    client.force_login(viewer)
    waiting_job()
    assert b'name="action"' not in client.get(LIST).content
    assert b'name="action"' in staff.get(LIST).content
