"""Who does the work: a package each, whose module `provider` exports PROVIDER. Adding one adds its name here."""

from importlib import import_module

NAMES = (
    *("openai", "compatible", "azure_speech", "azure_vision"),
    *("local_text", "local_speech", "local_vision"),
)


def register_all() -> None:
    from jobs.provider import register

    for name in NAMES:
        register(import_module(f"{__name__}.{name}.provider").PROVIDER)
