"""Python's garbage collector in the tests: what is made while they are collected stays, and is not looked through.

tests/conftest.py hands this hook to pytest.
"""

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(10_000)
