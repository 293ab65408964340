"""The program's settings as tests see them: a data folder of their own, and nothing from the developer's shell."""

import atexit
import os
import shutil
import tempfile

import environ

DATA = tempfile.mkdtemp(prefix="unilingo-tests-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEST_DATABASE_URL")
TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
for name in set(os.environ) - set(KEPT):
    if not name.startswith(("PYTEST", "PYTHON", "DJANGO", "PLAYWRIGHT", "COV")):
        del os.environ[name]
os.environ.update(
    DATA_DIR=DATA, DEBUG="1", LOG_LEVEL="warning", SECRET_KEY="the same in every test " * 3
)

from unilingo.settings import *  # noqa: E402, F403
from unilingo.settings import DATABASES  # noqa: E402

if TEST_DATABASE_URL:
    DATABASES["default"] |= environ.Env.db_url_config(TEST_DATABASE_URL)
else:
    # A file, since streams read it on threads of their own.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA}/test.sqlite3"}
