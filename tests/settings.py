"""The program's settings as tests see them: a data folder of their own, and nothing from the developer's shell."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import certifi

from tests.limits import NO_REQUEST_LIMITS

DATA = tempfile.mkdtemp(prefix="unilingo-tests-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

# One authority instead of all, which every new client of a provider would read.
AUTHORITY = Path(DATA) / "authority.pem"
AUTHORITY.write_text(
    "".join(Path(certifi.where()).read_text().partition("END CERTIFICATE-----")[:2])
)

# tests/jobs/test_on_postgres.py names a PostgreSQL server here.
TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEST_DATABASE_URL")
for name in set(os.environ) - set(KEPT):
    if not name.startswith(("PYTEST", "PYTHON", "DJANGO", "PLAYWRIGHT", "COV")):
        del os.environ[name]
os.environ.update(
    DATA_DIR=DATA,
    DATABASE_URL=TEST_DATABASE_URL,
    SSL_CERT_FILE=str(AUTHORITY),
    # The fixture `redis_server` listens here; without it nobody does.
    REDIS_URL=f"unix://{DATA}/valkey.sock",
    DEBUG="1",
    LOG_LEVEL="warning",
    # No heartbeat in the middle of a test: its thread would outlive the test's database.
    JOB_LEASE_SECONDS="3600",
    # tests/jobs/api/test_throttles.py sets limits of its own.
    **NO_REQUEST_LIMITS,
    SECRET_KEY="the same in every test " * 3,
)

from unilingo.settings import *  # noqa: E402, F403
from unilingo.settings import DATABASES, INSTALLED_APPS  # noqa: E402

if not TEST_DATABASE_URL:
    # A file, since streams read it on threads of their own.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA}/test.sqlite3"}

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.outside_kind"]
# The production hash takes a third of a second on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files are looked up when they are asked for, not all of them for each of a test's clients.
WHITENOISE_AUTOREFRESH = True
