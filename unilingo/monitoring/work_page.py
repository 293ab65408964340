"""/monitoring/work: tables for staff, made anew each time they are asked for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from unilingo.monitoring.staff import staff_only
from unilingo.monitoring.work import WINDOWS, counted, users


@staff_only
def page(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("window", "24h")
    window = WINDOWS.get(name)
    if window is None:
        raise Http404
    now = timezone.now()
    found, most = counted(window, now), users(window, now)
    seen = {"windows": WINDOWS, "name": name, "window": window, "counted": found, "users": most}
    return render(request, "monitoring/work.html", seen | {"until": now})
