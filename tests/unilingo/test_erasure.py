"""Operators export and erase a learner, by command and in the admin, and nothing of the name stays behind."""

import json
from collections.abc import Iterator

import pytest
import redis
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import Settings

from profiles.models import Flashcard, Profile
from resilience.models import OperatorAction
from tests.people import signed_in
from tests.profiles import rows
from tests.profiles.rows import card_content
from tests.servers import ValkeyServer
from tests.stack import Stack, running_stack, wait_until
from tests.up import manage

NAME = "ann*of[Somewhere]"
WORD = "perspicacious"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(workers=0, LOG_LEVEL="info") as running:
        yield running


def test_an_erased_learner_is_in_no_file_and_in_no_cache(stack: Stack) -> None:
    ann, other = stack.client(NAME), stack.client("ann")
    for person in (ann, other):
        cards = [card_content(f"{WORD} {number}") for number in range(50)]
        assert person.post("/api/flashcards", {"subject": "Law", "flashcards": cards}).status == 201
    for _ in range(3):
        assert ann.get(f"/api/profile/{NAME}").status == 200
        assert ann.post("/api/flashcards", {"subject": "Law", "flashcards": [card_content("x")]})
    assert other.get("/api/profile/ann").status == 200
    assert ann.get(f"/admin/profiles/profile/{NAME}/change/").status == 302

    exported = manage(stack.environment, "export_learner", NAME)
    refused = manage(stack.environment, "erase_learner", NAME)
    erased = manage(stack.environment, "erase_learner", NAME, "--yes")

    assert len(json.loads(exported.stdout)["flashcards"]) >= 50
    assert refused.returncode != 0
    assert json.loads(erased.stdout)["flashcards"] >= 50
    assert manage(stack.environment, "export_learner", NAME).returncode != 0
    for path in stack.data_dir.rglob("*"):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path
    cached = [key.decode() for key in redis.Redis.from_url(stack.valkey.url).keys("*profile:*")]
    assert not [key for key in cached if NAME in key]
    assert [key for key in cached if ":profile:ann:" in key]
    assert len(other.get("/api/flashcards?limit=100").json["flashcards"]) == 50


@pytest.mark.django_db
def test_the_embedded_server_writes_its_file_anew(
    redis_server: ValkeyServer, settings: Settings
) -> None:
    settings.REDIS_IS_EMBEDDED = True
    server = redis.Redis.from_url(redis_server.url)
    before = server.info("persistence")["aof_rewrites"]
    signed_in("ann").get("/api/profile/ann")

    assert signed_in("ann").send("DELETE", "/api/profile/ann", {}).status_code == 200

    def is_anew() -> bool:
        return bool(server.info("persistence")["aof_rewrites"] > before)

    wait_until(is_anew, 20, "the file is written anew")


@pytest.fixture
def staff(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


LIST = "/admin/profiles/profile/"


@pytest.mark.django_db
def test_staff_download_and_erase_a_learner(staff: Client, redis_server: ValkeyServer) -> None:
    signed_in("ann").get("/api/profile/ann")
    rows.card("ann")
    signed_in("ben").get("/api/profile/ben")

    got = staff.post(LIST, {"action": "export", "_selected_action": "ann"})
    assert json.loads(b"".join(got))["user"]["id"] == "ann"  # type: ignore[call-overload]
    assert b"Everything that is kept of ann" in staff.get(f"{LIST}ann/delete/").content
    staff.post(f"{LIST}ann/delete/", {"post": "yes"})

    assert list(Profile.objects.values_list("pk", flat=True)) == ["ben"]
    assert not Flashcard.objects.exists()
    assert not LogEntry.objects.exists()
    told = OperatorAction.objects.get(action="erase_learner")
    assert (told.actor, told.target) == ("admin", "1 learner")


@pytest.mark.django_db
def test_staff_without_the_permission_erase_nobody(redis_server: ValkeyServer) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_profile"))
    client = Client()
    client.force_login(clerk)
    signed_in("ann").get("/api/profile/ann")

    assert client.post(f"{LIST}ann/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": "ann", "post": "yes"})

    assert Profile.objects.filter(pk="ann").exists()
