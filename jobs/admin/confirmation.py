"""The pages that ask before something is done to jobs, to those that are selected in the list or to one of its own page."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import action
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from jobs.admin.commands import CANCEL, RETRY, Command, Reason, Rework, do_batch, sort_out, told
from jobs.errors import JobRefused
from jobs.models import Job, Status
from unilingo.common.read_only import ReadOnlyAdmin


class ConfirmedActions(ReadOnlyAdmin):
    actions = ("cancel", "retry")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("jobs.change_job")

    @action(description="Cancel the selected jobs", permissions=["operate"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> HttpResponse | None:
        return self._ask_or_do(request, jobs, CANCEL)

    @action(description="Retry the selected jobs", permissions=["operate"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> HttpResponse | None:
        return self._ask_or_do(request, jobs, RETRY)

    def _ask_or_do(
        self, request: HttpRequest, jobs: QuerySet[Job], command: Command
    ) -> HttpResponse | None:
        after = request.POST.get("after", "")
        reason = Reason(request.POST if request.POST.get("is_sure") else None)
        if reason.is_valid():
            actor, why = request.user.get_username(), reason.cleaned_data["reason"]
            batch = do_batch(command, jobs, after=after, actor=actor, reason=why)
            level = messages.SUCCESS if batch.done else messages.WARNING
            self.message_user(request, told(command, batch), level)
            after = batch.last
            if not after:
                return None
        jobs = jobs.filter(pk__gt=after)
        found = sort_out(command, jobs)
        asked = {
            "title": f"{command.name.capitalize()} {sum(found.meant.values())} of {jobs.count()} jobs?",
            "found": found,
            "meaning": command.meaning,
            "form": reason,
            # The list does the action over again: on the same rows, or on all that its filters find.
            "again": [
                ("action", command.name),
                ("after", after),
                ("select_across", request.POST.get("select_across", "0")),
                *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
            ],
            "is_possible": bool(found.meant),
            "button": command.name.capitalize(),
        }
        return self._page(request, asked, back=request.get_full_path())

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path(
                f"<path:object_id>/{command.name}/",
                self.admin_site.admin_view(view),
                name=f"jobs_job_{command.name}",
            )
            for command, view in ((CANCEL, self.cancel_page), (RETRY, self.retry_page))
        ]
        return [*pages, *super().get_urls()]

    def cancel_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        job = self._job(request, object_id)
        form = Reason(request.POST or None)
        if request.method == "POST" and form.is_valid():
            one = Job.objects.filter(pk=job.pk)
            actor, reason = request.user.get_username(), form.cleaned_data["reason"]
            batch = do_batch(CANCEL, one, actor=actor, reason=reason)
            return self._back_to(request, job, told(CANCEL, batch), is_done=bool(batch.done))
        return self._page_of(request, job, CANCEL, form)

    def retry_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        job = self._job(request, object_id)
        steps = job.steps.order_by("created_at").values_list("name", flat=True)
        start = {"step": request.GET.get("step", "")}
        form = Rework(job, steps, request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            try:
                form.do(job, actor=request.user.get_username())
            except JobRefused as refused:
                return self._back_to(request, job, str(refused), is_done=False)
            return self._back_to(request, job, "It is queued anew.", is_done=True)
        return self._page_of(request, job, RETRY, form)

    def _job(self, request: HttpRequest, object_id: str) -> Job:
        job = self.get_object(request, unquote(object_id))
        if job is None:
            raise Http404
        if not self.has_operate_permission(request):
            raise PermissionDenied
        return job  # type: ignore[no-any-return]  # untyped in the stubs

    def _page_of(
        self, request: HttpRequest, job: Job, command: Command, form: Reason
    ) -> HttpResponse:
        asked = {
            "title": f"{command.name.capitalize()} this job?",
            "job": job,
            "meaning": command.meaning,
            "form": form,
            "is_possible": job.status in command.may,
            "is_in_vain": command is RETRY and job.status == Status.FAILED and not job.is_retryable,
            "button": command.name.capitalize(),
        }
        return self._page(request, asked, back=_page_of(job))

    def _page(self, request: HttpRequest, asked: dict[str, Any], *, back: str) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "back": back}
        return TemplateResponse(request, "admin/jobs/job/ask.html", {**context, **asked})

    def _back_to(
        self, request: HttpRequest, job: Job, sentence: str, *, is_done: bool
    ) -> HttpResponse:
        level = messages.SUCCESS if is_done else messages.WARNING
        self.message_user(request, sentence, level)
        return redirect(_page_of(job))


def _page_of(job: Job) -> str:
    return reverse("admin:jobs_job_change", args=(quote(job.pk),))
