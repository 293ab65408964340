"""A RabbitMQ of its own for a test: its own folder, ports and Erlang daemon, gone with the test."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers import die_with_parent, free_port, wait_for_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
CONTROL = SERVER.with_name("rabbitmqctl")
START_SECONDS = 60


@dataclass(frozen=True)
class RabbitMQ:
    url: str
    environment: dict[str, str]

    def fill(self) -> None:
        """As when its memory is: it goes on answering, and takes no message."""
        self._bound_memory("absolute", "1MB")

    def empty(self) -> None:
        self._bound_memory("0.6")

    def _bound_memory(self, *bound: str) -> None:
        node = ["-n", self.environment["RABBITMQ_NODENAME"]]
        command = [str(CONTROL), *node, "set_vm_memory_high_watermark", *bound]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def rabbitmq_server() -> Iterator[RabbitMQ]:
    """Skips the test where RabbitMQ is not installed."""
    if not SERVER.exists():
        pytest.skip("RabbitMQ is not installed: apt-get install rabbitmq-server")
    with tempfile.TemporaryDirectory(prefix="rabbitmq-") as directory:
        port, daemon = free_port(), str(free_port())
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": directory,  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": daemon,
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"test{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": directory,
            "RABBITMQ_LOG_BASE": directory,
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{directory}/plugins",
            "RABBITMQ_CONFIG_FILE": f"{directory}/none",
            "RABBITMQ_PID_FILE": f"{directory}/pid",
        }
        process = subprocess.Popen(
            [str(SERVER)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        try:
            wait_for_port(port, process, START_SECONDS)
            yield RabbitMQ(f"amqp://guest:guest@127.0.0.1:{port}//", environment)
        finally:
            process.terminate()
            process.wait()
            subprocess.run(
                ["epmd", "-kill"], env=environment, check=False, stdout=subprocess.DEVNULL
            )
