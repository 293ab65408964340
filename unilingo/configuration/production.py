"""What no process may start with when DEBUG is off. What is only unwise is a system check (unilingo/checks.py)."""

from unilingo.configuration import env

_SECRET_CHARACTERS = 32
_TOKEN_CHARACTERS = 16


def refuse_unsafe(*, secret_key: str, is_generated: bool, is_shared: bool, token: str) -> None:
    """`is_shared`: the database is a server, so there may be further machines."""
    if is_generated and is_shared:
        env.refuse(
            "SECRET_KEY", "must be set beside DATABASE_URL: every machine signs with the same"
        )
    if len(secret_key) < _SECRET_CHARACTERS or secret_key.startswith("django-insecure"):
        env.refuse("SECRET_KEY", f"must be {_SECRET_CHARACTERS} random characters or more")
    if token and len(token) < _TOKEN_CHARACTERS:
        env.refuse("MONITORING_TOKEN", f"must have at least {_TOKEN_CHARACTERS} characters")
