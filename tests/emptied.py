"""The tables after a test with transactions of its own: empty, but for the rows that come with them.

Django would write those anew, which takes longer than most tests. Only tests within a transaction change them.
"""

from django.db import connection
from django.test import TransactionTestCase

KEPT = {"auth_permission", "django_content_type", "resilience_priceversion"}


def _empty_tables(case: TransactionTestCase) -> None:
    there = connection.introspection.django_table_names(only_existing=True, include_views=False)
    # Not TRUNCATE, with which PostgreSQL makes the files of each table and index anew.
    statements = [f"DELETE FROM {connection.ops.quote_name(name)}" for name in {*there} - KEPT]
    connection.ops.execute_sql_flush(statements)


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]
