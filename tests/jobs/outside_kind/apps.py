from django.apps import AppConfig


class OutsideKindConfig(AppConfig):
    name = "tests.jobs.outside_kind"

    def ready(self) -> None:
        from jobs.kind import register
        from tests.jobs.outside_kind.kind import KIND

        register(KIND)
