"""The list of jobs, and the page of one."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.admin.commands import CANCEL, RETRY
from jobs.admin.confirmation import ConfirmedActions
from jobs.admin.filters import TYPED, KindFilter, WaitFilter
from jobs.kind import kinds
from jobs.models import ON_THE_WAY, EventType, Job, JobEvent, Status
from jobs.timeline import timeline
from resilience.spending import cost_of_job
from unilingo.common.read_only import ReadOnly
from unilingo.common.words import spoken, usd

# A page stays quick to open with the largest input; the link beside it shows the whole.
SHOWN_CHARACTERS = 20_000
NOTHING = "-"


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = JobEvent
    ordering = ("sequence",)
    fields = readonly_fields = ("sequence", "type", "at", "message", "payload")
    verbose_name_plural = "Every event"
    classes = ("collapse",)

    @admin.display(description="time")
    def at(self, event: JobEvent) -> str:
        return event.created_at.isoformat(" ", "milliseconds").removesuffix("+00:00")

    @admin.display
    def message(self, event: JobEvent) -> str:
        return str(event.data.get("message") or event.data.get("error") or "")

    @admin.display(description="data")
    def payload(self, event: JobEvent) -> SafeString:
        return format_html(
            "<details><summary>JSON</summary><pre>{}</pre></details>", _pretty(event.data)
        )


def _moment(field: str) -> Any:
    """A column with seconds, which Django's own format leaves out."""

    @admin.display(description=field.removesuffix("_at"), ordering=field)
    def show(_: "JobAdmin", job: Job) -> str:
        value = getattr(job, field)
        return f"{value:%Y-%m-%d %H:%M:%S}" if value else NOTHING

    return show


def _json(member: str) -> Any:
    """The start of it, folded, and a link to the whole."""

    @admin.display(description=member)
    def show(_: "JobAdmin", job: Job) -> SafeString | str:
        value = getattr(job, member)
        if value is None:
            return NOTHING
        text = _pretty(value)
        shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "\n…"
        return format_html(
            '<details><summary>{} characters</summary><pre>{}</pre></details><a href="{}">Show all</a>',
            f"{len(text):,}",
            shown,
            reverse("admin:jobs_job_json", args=(quote(job.id), member)),
        )

    return show


@admin.register(Job)
class JobAdmin(ConfirmedActions):
    list_display = (
        "short_id", "condition", "user_id", "kind", "attempts", "waited", "ran", "cost", "created",
    )  # fmt: skip
    search_fields = ("id", "user_id", "kind", "status")
    search_help_text = "A kind, a state, or any part of an id or a user"
    list_filter = ("status", KindFilter, WaitFilter, *TYPED, "queue")
    ordering = ("-created_at", "-id")
    sortable_by = ("created",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    inlines: ClassVar = [EventInline]
    fieldsets = (
        (None, {"fields": ("id", "user_id", "kind", "queue", "state", "percent", "attempts", "waiting_for", "failure")}),
        ("Times (UTC)", {"fields": ("created", "enqueued", "started", "finished", "waited", "ran")}),
        ("Work", {"fields": ("input_json", "result_json")}),
        ("Run", {"fields": ("worker", "lease_expires", "fence", "lost_count"), "classes": ("collapse",)}),
    )  # fmt: skip

    created = _moment("created_at")
    enqueued = _moment("enqueued_at")
    started = _moment("started_at")
    finished = _moment("finished_at")
    lease_expires = _moment("lease_expires_at")
    input_json = _json("input")
    result_json = _json("result")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        job = self.get_object(request, unquote(object_id))
        shown: dict[str, Any] = {}
        if job is not None and self.has_view_permission(request, job):
            may = self.has_operate_permission(request)
            able = [command for command in (CANCEL, RETRY) if may and job.status in command.may]
            addresses = {
                one: reverse(f"admin:jobs_job_{one.name}", args=(quote(job.pk),)) for one in able
            }
            shown = {
                "timeline": timeline(job),
                "links": _links(job),
                "commands": [
                    (one.name.capitalize(), address) for one, address in addresses.items()
                ],
                "retry_address": addresses.get(RETRY, ""),
            }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        changes = JobEvent.objects.exclude(type__in=ON_THE_WAY).order_by("sequence")
        jobs: QuerySet[Job] = super().get_queryset(request).defer("input", "result")
        jobs = jobs.annotate(usd=cost_of_job(OuterRef("pk")))
        return jobs.prefetch_related(Prefetch("events", changes.defer("data"), to_attr="changes"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        """By words, all of which must fit. A scan of the rows would read every input and result; the index suffices."""
        for word in search_term.split():
            if word in Status.values:
                queryset = queryset.filter(status=word)
            elif word in kinds():
                queryset = queryset.filter(kind=word)
            else:
                named = Q(id__icontains=word) | Q(user_id__icontains=word)
                queryset = queryset.filter(pk__in=Job.objects.filter(named).values("pk"))
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        whole = self.admin_site.admin_view(self.whole)
        name = path("<path:object_id>/<str:member>.json", whole, name="jobs_job_json")
        return [name, *super().get_urls()]

    def whole(self, request: HttpRequest, object_id: str, member: str) -> JsonResponse:
        """The input or the result of a job, uncut."""
        job = self.get_object(request, unquote(object_id))
        if job is None or member not in ("input", "result"):
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        layout = {"ensure_ascii": False, "indent": 2}
        return JsonResponse(getattr(job, member), safe=False, json_dumps_params=layout)

    @admin.display(description="id")
    def short_id(self, job: Job) -> SafeString:
        """The end, which differs where jobs of the same second begin alike. The search finds it."""
        return format_html('<span title="{}">…{}</span>', job.id, job.id[-12:])

    @admin.display(description="status")
    def state(self, job: Job) -> SafeString:
        return format_html('<span class="job-state {}">{}</span>', job.status, job.status)

    @admin.display(description="status")
    def condition(self, job: Job) -> SafeString:
        """With why it failed, what it waits for, or how far it is and whose."""
        at_work = f"{job.progress} % {job.worker}" if job.status == Status.ACTIVE else ""
        why = job.error_code or job.wait_reason or at_work
        return format_html("{} <small>{}</small>", self.state(job), why)

    @admin.display(description="progress")
    def percent(self, job: Job) -> str:
        return f"{job.progress} % {job.progress_message}".strip()

    @admin.display
    def attempts(self, job: Job) -> str:
        return f"{job.attempts_made} of {job.max_attempts}"

    @admin.display
    def waited(self, job: Job) -> str:
        """For a worker or for anything else, but not between an end and a retry; as long as `ran` is known."""
        return _spent(job, EventType.WAITING, EventType.DELAYED)

    @admin.display
    def ran(self, job: Job) -> str:
        """What its runs took, without the waits between them; not known any more once its events are forgotten."""
        return _spent(job, EventType.ACTIVE)

    @admin.display
    def cost(self, job: Job) -> str:
        dollars = job.usd  # type: ignore[attr-defined]  # annotated
        return usd(dollars) if dollars else NOTHING

    @admin.display
    def waiting_for(self, job: Job) -> str:
        if not job.wait_reason:
            return NOTHING
        until = f" Until {job.next_attempt_at:%Y-%m-%d %H:%M:%S}." if job.next_attempt_at else ""
        return f"{job.get_wait_reason_display()}: {job.explanation}{until}"

    @admin.display(description="error")
    def failure(self, job: Job) -> str:
        again = " Asking again may help." if job.is_retryable else ""
        return f"{job.error_code}: {job.error}{again}" if job.error_code else NOTHING


def _spent(job: Job, *states: EventType) -> str:
    """How long the job has been in one of these states in all."""
    changes = [(one.type, one.created_at) for one in job.changes]  # type: ignore[attr-defined]
    spans = [
        until - since
        for (state, since), (_, until) in pairwise([*changes, ("", timezone.now())])
        if state in states
    ]
    return spoken(sum(spans, timedelta())) if spans else NOTHING


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _links(job: Job) -> list[tuple[str, str]]:
    """Where more of the same is told."""
    listed = reverse("admin:jobs_job_changelist")
    paid = reverse("admin:resilience_usagerecord_changelist")
    links = [
        (f"Jobs of {job.user_id}", f"{listed}?{urlencode({'user_id': job.user_id})}"),
        ("What it cost", f"{paid}?{urlencode({'job_id': job.id})}"),
        (f"What {job.user_id} cost", f"{paid}?{urlencode({'user_id': job.user_id})}"),
    ]
    places = {"Trace": settings.TRACE_LINK, "Log lines": settings.LOG_LINK}
    trace = job.id.partition("-")[2].replace("-", "")
    return links + [
        (name, place.replace("{job}", job.id).replace("{trace}", trace))
        for name, place in places.items()
        if place
    ]
