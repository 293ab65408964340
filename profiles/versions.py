"""Say that something of a learner has changed: what was cached of it before is no longer asked for (profiles/cache.py)."""

from datetime import datetime

from django.db.models import F

from profiles.models import Profile
from unilingo.common import lookups


def moved(user_id: str, now: datetime, *, manifest: bool) -> None:
    """Count a write in its own transaction, last of its rows. `manifest`: lessons or decks are others now."""
    counted = ("profile_version", "manifest_version") if manifest else ("profile_version",)
    more = {name: F(name) + 1 for name in counted}
    if not Profile.objects.filter(pk=user_id).update(**more):
        get_or_create_profile(user_id, now)
        Profile.objects.filter(pk=user_id).update(**more)


def locked(user_id: str, now: datetime) -> None:
    """For the rest of the transaction, whoever writes down a learner's cards waits for us."""
    get_or_create_profile(user_id, now)
    Profile.objects.select_for_update().get(pk=user_id)


def get_or_create_profile(user_id: str, now: datetime) -> Profile:
    """The learner's profile, made on first contact."""
    found = lookups.row(Profile, user_id=user_id)
    if found is None:
        new = Profile(user_id=user_id, created_at=now)
        Profile.objects.bulk_create([new], ignore_conflicts=True)
        found = Profile.objects.get(pk=user_id)
    return found
