"""The tables after a test with transactions of its own: empty, but for the rows that come with them.

Django would write those anew, which takes longer than most tests. Only tests within a transaction change them.
"""

from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

KEPT = {"auth_permission", "django_content_type", "resilience_priceversion"}


def _empty_tables(case: TransactionTestCase) -> None:
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    statements = connection.ops.sql_flush(no_style(), sorted({*there} - KEPT))
    connection.ops.execute_sql_flush(statements)


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]
