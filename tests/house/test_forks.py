"""A program that the tests start as a fork does what it does when it is started as usual."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import forks
from tests.shell import path_with_forks

TELL = (
    "import os, sys; print(os.getcwd(), sorted(os.environ), sys.argv, sys.stdin.read(), __name__)"
)
SHOW = "for name in ('cmdline', 'environ'): print(open(f'/proc/self/{name}').read().strip(chr(0)))"
START = "import subprocess, sys; raise SystemExit(subprocess.call([sys.executable, '-c', 'import os; print(os.getppid() != 1); os._exit(5)']))"
COMMANDS = {
    "code": [sys.executable, "-c", TELL, "given"],
    "module": [sys.executable, "-m", "json.tool", "--compact"],
    "script": [sys.executable, "told.py", "given"],
    "program": ["celery", "--version"],
    "exit code": [sys.executable, "-c", "raise SystemExit(7)"],
    "traceback": [sys.executable, "-c", "1 / 0"],
    "signal": [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"],
    "as /proc shows it": [sys.executable, "-c", SHOW],
    "children in Python": [sys.executable, "-c", START],
    "children": [sys.executable, "-c", "import subprocess; subprocess.run(['echo', 'a child'])"],
}


def _outcome(start: Any, command: list[str], folder: Path) -> tuple[int, str, list[str]]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "LC_CTYPE": "C.UTF-8", "NAME": "of this process alone"}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with start(command, cwd=folder, env=environment, text=True, **pipes) as process:
        out, err = process.communicate('{"front": 1}')
    return process.returncode, out, err.splitlines()[-1:]


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_fork_ends_as_the_program_does(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text(TELL)

    usual = _outcome(subprocess.Popen, command, tmp_path)
    assert _outcome(forks.Popen, command, tmp_path) == usual
    assert _outcome(forks.Parent, command, tmp_path) == usual


def _shell(line: str, path: str, folder: Path) -> tuple[int, str, list[str]]:
    environment = {"PATH": path, "LC_CTYPE": "C.UTF-8", "NAME": "of this process alone"}
    pipes = {"input": "handed in", "capture_output": True, "text": True}
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=environment, **pipes)  # type: ignore[call-overload]
    return done.returncode, done.stdout.replace(path, "PATH"), done.stderr.splitlines()[-1:]


@pytest.mark.parametrize(
    "line",
    [f'python -c "{TELL}" "two words" | tr a b', "python -c 1/0", "python told.py && python -c 1"],
)
def test_the_python_of_a_shell_may_be_a_fork(line: str, tmp_path: Path) -> None:
    (tmp_path / "told.py").write_text(TELL)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    usual = _shell(line, path, tmp_path)
    with path_with_forks(path) as other:
        assert _shell(line, other, tmp_path) == usual
