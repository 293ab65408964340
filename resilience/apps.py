from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ResilienceConfig(AppConfig):
    name = "resilience"

    def ready(self) -> None:
        from resilience.prices import load_after_migrate

        post_migrate.connect(load_after_migrate, sender=self)
