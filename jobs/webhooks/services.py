"""What a user, or an operator, may do about webhooks."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jobs.webhooks.models import Delivery, Endpoint
from unilingo.common.webhook import is_public, new_secret

URL_CHARACTERS = 500
OFF = "Webhooks are switched off on this server."
NO_URL = "This is not an address that starts with http:// or https://."
PRIVATE = "Only public addresses are called."


def refusal(url: str) -> str:
    """Why this address cannot be called, in a sentence; empty when it may be. What its name means is looked up at each call."""
    if not settings.WEBHOOKS:
        return OFF
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        return NO_URL
    if (
        parts.scheme not in ("http", "https")
        or not host
        or parts.username is not None
        or any(map(str.isspace, url))
    ):
        return NO_URL
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return ""
    if host == "localhost" or host.endswith((".localhost", ".internal", ".local")):
        return PRIVATE
    try:
        return "" if is_public(host) else PRIVATE
    except ValueError:  # a name, or an address in a spelling that no standard knows
        return NO_URL if host.rpartition(".")[2][:1].isdigit() else ""


def set_endpoint(user_id: str, url: str, now: datetime) -> str:
    """The user's new secret, told this once. The one before signs beside it for a day."""
    secret = new_secret()
    with transaction.atomic():
        found, is_new = Endpoint.objects.select_for_update().get_or_create(
            user_id=user_id, defaults={"url": url, "secret": secret, "secret_changed_at": now}
        )
        if not is_new:
            found.url, found.previous_secret = url, found.secret
            found.secret, found.secret_changed_at = secret, now
            found.save()
    return secret


def send_again(delivery_id: UUID, now: datetime) -> bool:
    """From now on for another day, whatever has become of it. False: there is no such delivery any more."""
    again = {"next_attempt_at": now, "created_at": now, "attempts": 0, "delivered_at": None}
    return Delivery.objects.filter(pk=delivery_id).update(**again) == 1


def erase(user_id: str) -> None:
    Endpoint.objects.filter(pk=user_id).delete()
    Delivery.objects.filter(user_id=user_id).delete()
