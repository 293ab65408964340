"""HTTP for the profile, its manifest, and what an operator may do to them."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles import cache, manifest, queries, services, versions
from profiles.api import representation, schema, shapes
from profiles.api.serializers import Invalidation, ProfileChanges
from profiles.errors import NotHere
from profiles.models import Profile
from unilingo.common.caller import user_id_of
from unilingo.common.fields import valid
from unilingo.common.timestamps import iso, milliseconds


def own_profile(request: Request, user_id: str) -> Profile:
    """The caller's profile, made on first contact. Raises NotHere: everybody else's."""
    if user_id_of(request) != user_id:
        raise NotHere
    return versions.get_or_create_profile(user_id, timezone.now())


class ProfileView(APIView):
    """`tokens_of` and `erase` are given in unilingo/urls.py: money and jobs are not known here."""

    tokens_of: Callable[[str], tuple[int, int]] = staticmethod(lambda _: (0, 0))
    erase: Callable[[str], dict[str, int]] = staticmethod(services.erase)

    @extend_schema(**schema.PROFILE)
    def get(self, request: Request, user_id: str) -> Response:
        return Response(self._body(own_profile(request, user_id)))

    @extend_schema(**schema.PROFILE_CHANGES)
    def patch(self, request: Request, user_id: str) -> Response:
        own_profile(request, user_id)
        changes = valid(ProfileChanges(data=request.data))
        changed = services.change_profile(user_id, _columns(changes), timezone.now())
        return Response(self._body(changed))

    @extend_schema(**schema.PROFILE_DELETION)
    def delete(self, request: Request, user_id: str) -> Response:
        own_profile(request, user_id)
        message = "Everything about this learner is gone."
        return Response(shapes.Erased(success=True, message=message, erased=self.erase(user_id)))

    def _body(self, profile: Profile) -> shapes.ProfileAnswer:
        now = timezone.now()

        def read() -> tuple[str, shapes.ProfileContent]:
            found = queries.overview(profile.user_id, now)
            tokens = self.tokens_of(profile.user_id)
            return iso(now), representation.profile(profile, found, tokens)

        key = cache.profile_key(profile)
        (read_at, body), is_known = cache.get_or_read(key, settings.PROFILE_CACHE_SECONDS, read)
        content: shapes.ProfileContent = body
        known: shapes.Remembered = {"fromCache": is_known, "timestamp": milliseconds(now)}
        if is_known:
            known["cachedAt"] = read_at
        return {"success": True, "profile": {**content, **known}, "timestamp": iso(now)}


class Manifest(APIView):
    @extend_schema(**schema.MANIFEST)
    def get(self, request: Request, user_id: str) -> HttpResponse:
        profile = own_profile(request, user_id)

        seconds = settings.MANIFEST_CACHE_SECONDS

        def read() -> tuple[str, bytes]:
            built = manifest.build(user_id)
            return built["version"], JSONRenderer().render(
                shapes.ManifestAnswer(success=True, manifest=built)
            )

        @functools.cache
        def whole() -> Any:
            return cache.get_or_read(cache.manifest_key(profile), seconds, read)[0]

        def answer(version: str, body: bytes = b"") -> HttpResponse:
            headers = {"ETag": f'"{version}"', "Cache-Control": "private, no-cache"}
            response = HttpResponse(body, content_type="application/json", headers=headers)
            found = get_conditional_response(request._request, headers["ETag"], None, response)
            return cast(HttpResponse, found)

        if "If-None-Match" in request.headers:
            key = cache.manifest_version_key(profile)
            version, _ = cache.get_or_read(key, seconds, lambda: whole()[0])
            unchanged = answer(version)
            if unchanged.status_code != 200:
                return unchanged
        return answer(*whole())


class Invalidate(APIView):
    """For operators, given in unilingo/urls.py. Writes need it not; it is for who has changed rows by hand."""

    permission = "profiles.change_profile"
    body_is_optional = True

    @extend_schema(**schema.INVALIDATE)
    def post(self, request: Request, user_id: str) -> Response:
        what = valid(Invalidation(data=request.data))["type"]
        services.invalidate(user_id, profile=what != "manifest", manifest=what != "profile")
        message = f"Cache invalidated for user {user_id} (type: {what})"
        return Response(
            shapes.Invalidated(success=True, message=message, timestamp=iso(timezone.now()))
        )


def behind_profile(ending: str, view: Any, profile: Any) -> URLPattern:
    """The address of a view, `ending` behind a profile's. An id may end like that, too: then its profile is meant."""

    @functools.wraps(view)
    def chosen(request: HttpRequest, user_id: str) -> HttpResponse:
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        answer = view(request, user_id=user_id) if hasattr(view.cls, method) else None
        if answer is None or (answer.status_code == 404 and method == "get"):
            answer = profile(request, user_id=f"{user_id}/{ending}")
        return cast(HttpResponse, answer)

    return path(f"api/profile/<path:user_id>/{ending}", chosen)


def _columns(changes: dict[str, Any]) -> dict[str, str]:
    """The columns of Profile. Our names count before the old client's."""
    columns = {}
    for ours, old in (("nativeLanguage", "native_language"), ("targetLanguage", "target_language")):
        given = changes.get(ours) or changes.get(old)
        if given:
            columns[old] = given["code"]
    if "level" in changes:
        columns["level"] = changes["level"]
    return columns
