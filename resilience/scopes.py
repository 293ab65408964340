"""For whom money and places are counted: the whole fleet, a provider, a user."""

FLEET = "fleet"
_PROVIDER = "provider:"


def provider_scope(provider: str) -> str:
    return f"{_PROVIDER}{provider}"


def user_scope(user: str) -> str:
    return f"user:{user}"


def kind_of_scope(scope: str) -> str:
    """`fleet`, `provider` or `user`."""
    return scope.partition(":")[0]


def provider_of(scope: str) -> str | None:
    return scope.removeprefix(_PROVIDER) if scope.startswith(_PROVIDER) else None
