from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save, pre_migrate


def _take_your_time(using: str, **_: object) -> None:
    """A migration may run for as long as it has to (unilingo/postgresql/base.py bounds all else)."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")


def _show_tokens(instance: Any, **_: object) -> None:
    """A profile tells its learner's tokens: of a call that is paid, in the transaction that books it."""
    from profiles import services

    services.invalidate(instance.user_id, profile=True, manifest=False)


class UnilingoConfig(AppConfig):
    name = "unilingo"

    def ready(self) -> None:
        from django.conf import settings

        from unilingo import celery, checks, reporting, tracing  # noqa: F401  the app of shared tasks; the system checks
        from unilingo.common import spans
        from unilingo.monitoring import budget_notice

        # With DEBUG, Django would keep the last 9,000 queries of each thread, study texts and all.
        BaseDatabaseWrapper.queries_logged = property(lambda self: self.force_debug_cursor)  # type: ignore[assignment,method-assign]
        pre_migrate.connect(_take_your_time)
        post_save.connect(_show_tokens, sender="resilience.UsageRecord")
        budget_notice.listen()
        if settings.SENTRY_DSN:
            reporting.start(settings.SENTRY_DSN, settings.VERSION)
        if settings.TRACES_ENDPOINT:
            spans.use(tracing.start(settings.TRACES_ENDPOINT, settings.VERSION))
