"""Servers of language models that people run at home: told of when one is found listening, never used unasked."""

import http.client
import json
import re
import shlex
from dataclasses import dataclass

SERVERS = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080}
_SECONDS = 0.3
# Names of models that only find, order or hear texts.
_NO_WRITER = re.compile(r"embed|rerank|whisper|\bbge\b|minilm", re.IGNORECASE)
_LONGEST_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    server: str
    port: int
    model: str

    def __str__(self) -> str:
        return (
            f"{self.server} is running with {self.model}. To have it make the cards and lessons, start with\n"
            f"  COMPATIBLE_BASE_URL=http://127.0.0.1:{self.port}/v1 COMPATIBLE_MODEL={shlex.quote(self.model)} COMPATIBLE_PRICE=0"
        )


def find() -> Found | None:
    """The first that answers with a model that it has."""
    for server, port in SERVERS.items():
        model = _first_writer(port)
        if model:
            return Found(server, port, model)
    return None


def _first_writer(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", "/v1/models")
        models = json.loads(connection.getresponse().read(_LONGEST_ANSWER))["data"]
        names = [str(model["id"]) for model in models]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return ""
    finally:
        connection.close()
    writers = (name for name in names if name.isprintable() and not _NO_WRITER.search(name))
    return next(writers, "")
