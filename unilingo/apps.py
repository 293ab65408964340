from django.apps import AppConfig


class UnilingoConfig(AppConfig):
    name = "unilingo"

    def ready(self) -> None:
        from unilingo import checks  # noqa: F401  registers the system checks
