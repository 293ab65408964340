"""Jobs for staff: to find, to read, to cancel and to retry. Nothing here writes: services do."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import services
from jobs.errors import JobRefused
from jobs.kind import kind_of, kinds
from jobs.models import EventType, Job, JobEvent, JobStep, PausedKind, Status
from resilience.runtime import runtime
from unilingo.common.read_only import ReadOnly, ReadOnlyAdmin

admin.site.site_header = admin.site.site_title = "UniLingo"
# A list with its filters needs the width, and the index is one click away.
admin.site.enable_nav_sidebar = False

# A page stays quick to open with the largest input; the link beside it shows the whole.
SHOWN_CHARACTERS = 20_000
NOTHING = "-"


class EventInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = JobEvent
    ordering = ("sequence",)
    fields = readonly_fields = ("sequence", "type", "at", "message", "payload")
    verbose_name_plural = "What happened"

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


class StepInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic only in the stubs
    model = JobStep
    ordering = ("created_at",)
    fields = readonly_fields = ("name", "fence", "created_at")
    verbose_name_plural = "Finished steps"


def _moment(field: str) -> Any:
    """A column with seconds, which Django's own format leaves out."""

    @admin.display(description=field.removesuffix("_at"), ordering=field)
    def show(_: "JobAdmin", job: Job) -> str:
        value = getattr(job, field)
        return f"{value:%Y-%m-%d %H:%M:%S}" if value else NOTHING

    return show


class KindFilter(admin.SimpleListFilter):
    """By the kinds that there are, since to look for those in the rows would read them all."""

    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, kind_of(name).title) for name in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "short_id", "user_id", "kind", "state", "error_code", "percent", "attempts", "waited", "ran", "created",
    )  # fmt: skip
    search_fields = ("id", "user_id", "kind", "status")
    search_help_text = "A kind, a state, or any part of an id or a user"
    list_filter = ("status", KindFilter, "queue", "created_at")
    ordering = ("-created_at", "-id")
    sortable_by = ("created",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = ("cancel", "retry")
    inlines: ClassVar = [EventInline, StepInline]
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

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("jobs.change_job")

    @admin.action(description="Cancel the selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._change_each(request, jobs, "cancel", services.cancel_job)

    @admin.action(description="Retry the selected jobs", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._change_each(request, jobs, "retry", services.retry_job)

    def _change_each(
        self,
        request: HttpRequest,
        jobs: QuerySet[Job],
        action: str,
        change: Callable[[None, str], Job],
    ) -> None:
        """Each for itself: one that allows no such change keeps no other from it."""
        changed = []
        job_ids = list(jobs.values_list("pk", flat=True))
        for job_id in job_ids:
            with suppress(JobRefused):
                changed.append(change(None, job_id).id)
        target = f"{len(changed)} jobs"
        actor = request.user.get_username()
        runtime().operations.log(actor, f"{action}_jobs", target, {"jobs": changed})
        level = messages.SUCCESS if changed else messages.WARNING
        said = f"{action}: {len(changed)} of {len(job_ids)} jobs"
        self.message_user(request, said, level)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        changes = JobEvent.objects.exclude(type=EventType.PROGRESS).order_by("sequence")
        jobs = super().get_queryset(request).defer("input", "result")
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

    @admin.display(description="progress")
    def percent(self, job: Job) -> str:
        return f"{job.progress} % {job.progress_message}".strip()

    @admin.display
    def attempts(self, job: Job) -> str:
        return f"{job.attempts_made} of {job.max_attempts}"

    @admin.display
    def waited(self, job: Job) -> str:
        """From being asked for to its first start."""
        return _seconds(job.created_at, job.started_at or job.finished_at)

    @admin.display
    def ran(self, job: Job) -> str:
        """What its runs took, without the waits between them; not known any more once its events are forgotten."""
        changes = [(one.type, one.created_at) for one in job.changes]  # type: ignore[attr-defined]
        runs = [
            until - since
            for (kind, since), (_, until) in pairwise([*changes, ("", timezone.now())])
            if kind == EventType.ACTIVE
        ]
        return _spoken(sum(runs, timedelta())) if runs else NOTHING

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

    @admin.display(description="input")
    def input_json(self, job: Job) -> SafeString | str:
        return _readable(job, "input")

    @admin.display(description="result")
    def result_json(self, job: Job) -> SafeString | str:
        return _readable(job, "result")


@admin.register(PausedKind)
class PausedKindAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """Adding a row pauses a kind, deleting it resumes it."""

    list_display = ("kind", "reason", "actor", "paused_at")
    fields = ("kind", "reason")
    ordering = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "kind":
            return forms.ChoiceField(choices=[(name, name) for name in kinds()])
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: PausedKind, form: Any, change: bool) -> None:
        actor = request.user.get_username()
        services.pause_kind(obj.kind, actor=actor, reason=obj.reason)

    def delete_model(self, request: HttpRequest, obj: PausedKind) -> None:
        services.resume_kind(obj.kind, actor=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PausedKind]) -> None:
        for paused in queryset:
            self.delete_model(request, paused)


def _readable(job: Job, member: str) -> SafeString | str:
    """The start of it, folded, and a link to the whole."""
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


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _seconds(since: datetime, until: datetime | None) -> str:
    return _spoken((until or timezone.now()) - since)


def _spoken(time: timedelta) -> str:
    seconds = time.total_seconds()
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
