"""System checks: settings that work and are still unwise."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from jobs import uploads
from jobs.kind import Capability
from jobs.providers import registry
from resilience.prices import is_listed
from unilingo.processes import one_folder

# Measured peaks are WEB_THREADS + 3 and WORKER_CONCURRENCY + 5: besides threads for requests and jobs there are those
# that keep house, renew leases, gather submits and answer health checks.
CONNECTIONS_BESIDE_THREADS = 5
CONNECTIONS_BESIDE_PLACES = 10


@register(Tags.security, deploy=True)
def trusted_header(**_: Any) -> list[CheckMessage]:
    if not settings.TRUST_USER_ID_HEADER:
        return []
    hint = "Only behind a gateway that authenticates, and that sets the user-id header itself."
    return [
        Warning(
            "TRUST_USER_ID_HEADER lets every caller name any user.", hint=hint, id="unilingo.W001"
        )
    ]


@register(Tags.compatibility)
def prices(**_: Any) -> list[CheckMessage]:
    """Said by every release step, since a job would find it out only after it was asked for."""
    chosen = (one for capability in Capability for one in registry.chosen(capability))
    unknown = {
        one.price: one.model(settings)
        for one in chosen
        if one.price
        and one.name not in settings.BUDGET_POLICY.prices
        and not is_listed(one.name, one.model(settings))
    }
    return [
        Warning(
            f"No price of the model {model} is listed: unless the admin has one, its jobs fail with PRICE_UNKNOWN.",
            hint=f"Set {setting}: 0 for a model of your own, else dollars per million tokens.",
            id="unilingo.W002",
        )
        for setting, model in unknown.items()
    ]


@register(Tags.security, deploy=True)
def generated_secret(**_: Any) -> list[CheckMessage]:
    if not settings.SECRET_KEY_IS_GENERATED:
        return []
    hint = "Set SECRET_KEY to the same long random value on every machine."
    return [
        Error(
            "SECRET_KEY was made for this data folder; other machines cannot know it.",
            hint=hint,
            id="unilingo.E001",
        )
    ]


@register(Tags.database)
def enough_connections(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The release step asks, and `check --database default`."""
    if not databases or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        # Hosts that share a server bound the account or its database.
        cursor.execute(
            "SELECT least(current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int,"
            " nullif(rolconnlimit, -1), nullif(datconnlimit, -1))"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        )
        [room] = cursor.fetchone()
    web = settings.WEB_PROCESSES * (settings.WEB_THREADS + CONNECTIONS_BESIDE_THREADS)
    worker = settings.WORKER_CONCURRENCY + CONNECTIONS_BESIDE_PLACES
    if web + worker <= room:
        return []
    text = f"PostgreSQL takes {room} connections; one web service ({web}) and one worker ({worker}) may want more."
    hint = "Raise max_connections, or lower WEB_PROCESSES, WEB_THREADS or WORKER_CONCURRENCY."
    return [Warning(text, hint=hint, id="unilingo.W003")]


@register(Tags.database)
def lasting_commits(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Else a crash undoes what was confirmed: an accepted job is gone, and an answer is paid for again."""
    if not databases or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off'"
            " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name"
        )
        off = [name for [name] in cursor.fetchall()]
    hint = "Switch on what is named: on the server, or for the role that DATABASE_URL names."
    text = "PostgreSQL may lose in a crash what it has confirmed: {} is off."
    return [Warning(text.format(name), hint=hint, id="unilingo.W005") for name in off]


@register(Tags.files)
def storage(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Asked with the database: not by commands that only read or write rows. Else the first upload would find out."""
    problem = uploads.problem() if databases else ""
    if not problem:
        return []
    text = f"Files that come in cannot be kept: {problem}"
    return [Error(text, hint="See UPLOAD_STORAGE_OPTIONS.", id="unilingo.E002")]


@register(Tags.files)
def same_folder(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Before a process starts that would end by it (unilingo/processes/one_folder.py)."""
    others = one_folder.elsewhere() if databases else []
    if not others:
        return []
    text = f"Files that come in would be kept where {others[0]} does not see them."
    hint = "Share UPLOADS_DIR, or set UPLOAD_STORAGE."
    return [Warning(text, hint=hint, id="unilingo.W004")]
