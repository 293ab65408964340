"""POST /api/auth/token: a JWT for somebody who has an account on this server."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema
from pydantic import Field
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from unilingo.common.fields import Text, valid
from unilingo.common.openapi import example
from unilingo.common.shapes import Success
from unilingo.identity.bearer import issue_token


class TokenRequest(serializers.Serializer[Any]):
    username = Text(max_length=150)
    password = Text(max_length=1000, trim_whitespace=False, write_only=True)


class Token(Success):
    token: str
    tokenType: Literal["Bearer"]
    expiresIn: Annotated[int, Field(description="seconds")]


class IssueToken(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="issue_token",
        tags=["identity"],
        summary="A token for an account of this server",
        request=TokenRequest,
        examples=example(username="ann", password="correct horse battery staple"),
        responses={
            200: Token,
            401: OpenApiResponse(None, "The user name or the password is wrong."),
        },
        description="The token goes into `Authorization: Bearer …` and is good for an hour. Tokens of the issuer that this server is set up with are taken as well.",
    )
    def post(self, request: Request) -> Response:
        asked = valid(TokenRequest(data=request.data))
        user = authenticate(request._request, **asked)
        wait: float | None = getattr(request._request, "sign_in_wait", None)
        if wait is not None:
            raise Throttled(wait, "Too many wrong passwords. Please try again later.")
        if user is None:
            raise AuthenticationFailed("The user name or the password is wrong.")
        body = Token(
            success=True,
            token=issue_token(user),
            tokenType="Bearer",
            expiresIn=settings.JWT_SECONDS,
        )
        return Response(body, headers={"Cache-Control": "no-store"})
