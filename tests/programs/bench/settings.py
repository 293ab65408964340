"""The program's settings with one more address: a view that does nothing, to compare with."""

from unilingo.settings import *  # noqa: F403

ROOT_URLCONF = "tests.programs.bench.urls"
