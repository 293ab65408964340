"""The scripts of lua/ on a Redis server.

Every call of a provider waits for two of them, so what stays the same from call to call is packed once.
"""

import hashlib
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import NoScriptError

from unilingo.common.redis_wire import Wire, Word, packed

FOLDER = Path(__file__).parent / "lua"


class Script:
    """One file of lua/ behind common.lua and `policy`, a Lua table: the server would read an argument anew each time."""

    def __init__(self, name: str, policy: str = "{}") -> None:
        files = [(FOLDER / f"{file}.lua").read_text() for file in ("common", name)]
        self.text = "\n".join([f"local policy = {policy}", *files])
        self.sha = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Prepared:
    """A script with its keys, as they travel."""

    def __init__(self, script: Script, keys: list[str]) -> None:
        self.script = script
        first: list[Word] = ["EVALSHA", script.sha, len(keys), *keys]
        self._count = len(first)
        self._packed = packed(first)

    def command(self, *arguments: Word) -> bytes:
        return b"*%d\r\n%b%b" % (self._count + len(arguments), self._packed, packed(arguments))


class ScriptRunner:
    """Safe for threads, and for processes that fork. Raises redis.RedisError."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client
        self._wire = Wire(client)

    def run(self, prepared: Prepared, *arguments: Word) -> Any:
        command = prepared.command(*arguments)
        try:
            return self._wire.ask(command)[0]
        except NoScriptError:
            self._client.script_load(prepared.script.text)
            return self._wire.ask(command)[0]
