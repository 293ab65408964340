"""What the list of jobs is searched by; all of it stands in the address, and so can be kept and sent to somebody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jobs.kind import kind_of, kinds
from jobs.models import Job, WaitReason
from resilience.spending import jobs_that_cost

MOST_SECONDS = 365 * 86400.0


class KindFilter(admin.SimpleListFilter):
    """By the kinds that there are, since to look for those in the rows would read them all."""

    title = parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, kind_of(name).title) for name in kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class WaitFilter(admin.SimpleListFilter):
    title = "what it waits for"
    parameter_name = "wait_reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in WaitReason.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        return queryset.filter(wait_reason=self.value()) if self.value() else queryset


class TypedFilter(admin.SimpleListFilter):
    """A value that is typed in. One that says nothing finds nothing, rather than everything."""

    template = "admin/typed_filter.html"
    kind: ClassVar[str] = "text"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]  # without any Django leaves the filter out

    def choices(self, changelist: Any) -> Any:
        """The one that is on, and how it is taken off."""
        others = {n: v for n, v in changelist.params.items() if n != self.parameter_name}
        off = changelist.get_query_string(remove=[self.parameter_name])
        value = self.value() or ""
        yield {"selected": not value, "query_string": off, "display": "All"}
        yield {
            "selected": bool(value),
            "query_string": "",
            "display": value,
            "name": self.parameter_name,
            "kind": self.kind,
            "others": others.items(),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Job]) -> QuerySet[Job]:
        if not self.value():
            return queryset
        try:
            return queryset.filter(self.which(str(self.value()).strip()))
        except (ValueError, ArithmeticError):
            return queryset.none()

    def which(self, value: str) -> Q:
        """Raises ValueError, ArithmeticError for a value that means nothing."""
        raise NotImplementedError


def typed(title: str, parameter: str, kind: str, which: Callable[[str], Q]) -> type[TypedFilter]:
    members = {
        "title": title,
        "parameter_name": parameter,
        "kind": kind,
        "which": staticmethod(which),
    }
    return type(f"{parameter.title()}Filter", (TypedFilter,), members)


def _of_day(value: str) -> Q:
    begins = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    return Q(created_at__gte=begins, created_at__lt=begins + timedelta(days=1))


def _longer_than(value: str) -> Q:
    """From the first start on, to the end or until now."""
    seconds = float(value)
    if not 0 <= seconds <= MOST_SECONDS:
        raise ValueError
    least = timedelta(seconds=seconds)
    ended = Q(finished_at__gte=F("started_at") + least)
    return ended | Q(finished_at=None, started_at__lte=timezone.now() - least)


def _dearer_than(value: str) -> Q:
    dollars = Decimal(value)
    if not dollars.is_finite() or dollars < 0:
        raise InvalidOperation
    return Q(pk__in=jobs_that_cost(dollars))


TYPED = (
    typed("error code", "error_code", "text", lambda value: Q(error_code=value.upper())),
    typed("user", "user_id", "text", lambda value: Q(user_id=value)),
    typed("day (UTC)", "day", "date", _of_day),
    typed("seconds it took, at least", "seconds", "number", _longer_than),
    typed("dollars it cost, at least", "usd", "number", _dearer_than),
)
