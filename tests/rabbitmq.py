"""A RabbitMQ of its own for a test: its own folder, ports and Erlang daemon, gone with the test."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import die_with_parent, free_port, wait_for_port

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 60


@contextmanager
def rabbitmq_server() -> Iterator[str]:
    """Yields a BROKER_URL. Skips the test where RabbitMQ is not installed."""
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
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
        finally:
            process.terminate()
            process.wait()
            subprocess.run(
                ["epmd", "-kill"], env=environment, check=False, stdout=subprocess.DEVNULL
            )
