"""A migration runs while the version before still serves, so it only adds what that version can ignore."""

import pytest
from django.db import connection
from django_migration_linter import MigrationLinter

from tests.house.tree import PACKAGES

pytestmark = [
    pytest.mark.django_db,
    # It reads the SQL, and fleets are on PostgreSQL. tests/jobs/test_on_postgres.py runs it there.
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
]

# Migrations that remove what no version still running reads.
REMOVALS: tuple[str, ...] = ()


def test_the_version_before_can_ignore_every_migration(capsys: pytest.CaptureFixture[str]) -> None:
    linter = MigrationLinter(include_apps=PACKAGES, ignore_name=REMOVALS, no_cache=True)

    linter.lint_all_migrations()

    assert linter.nb_total >= len(PACKAGES)
    assert not linter.has_errors, capsys.readouterr().out
