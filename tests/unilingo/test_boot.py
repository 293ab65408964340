"""Starting with settings that cannot work: one line that names the variable, from every process."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.forks import Popen, run
from tests.stack import ROOT, procfile

# Reads cases from stdin and answers each with exit code and stderr of a start: the settings, read anew. What they import
# stays: it is the same in every case, and costs ten times what the settings do.
TRY_EACH = """
import contextlib, io, json, os, sys
surroundings = dict(os.environ)
for line in sys.stdin.readlines():
    os.environ.clear()
    os.environ.update(surroundings | json.loads(line))
    sys.modules.pop("unilingo.settings", None)
    code, said = 0, io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            import unilingo.settings
        except SystemExit as stop:
            code = 1
            print(stop, file=said)
    print(json.dumps([code, said.getvalue()]))
"""

BAD = {
    "PORT": ["abc", "0", "65536", "-1", "30.5", "3001x"],
    "WORKER_HEALTH_PORT": ["abc", "0", "65536"],
    "DATA_DIR": ["/dev/null/x", "/proc/self", "~nobody-of-that-name/x"],
    "UPLOADS_DIR": ["~nobody-of-that-name/x"],
    "DICTIONARIES_DIR": ["~nobody-of-that-name/x"],
    "DATABASE_URL": [
        "mysql://h/d",
        "postgres://h:port/d",
        "postgres://",
        "postgres://u@h:5432/",
        "nonsense",
        "sqlite:",
    ],
    "REDIS_URL": [
        "http://h",
        "redis://",
        "redis://h:99999",
        "redis://h?db=x",
        "redis:h",
        "h:6379",
        "redis://h?nonsense=1",
    ],
    "BROKER_URL": ["http://h", "amqp://", "amqp://h:port", "redis://", "sqs://h"],
    "SECRET_KEY_FILE": ["/none", "/dev/null", "/proc/self/mem", "/"],
    "DEBUG": ["maybe", "2", "None"],
    "ALLOWED_HOSTS": ["https://example.org", "example.org/", "a b", "me@example.org"],
    "SECURE_SSL_REDIRECT": ["maybe"],
    "TRUSTED_PROXIES": ["-1", "two", "21", "10.0.0.1"],
    "TRUST_USER_ID_HEADER": ["maybe"],
    "JWT_SECRET": ["short"],
    "JWT_SECRET_FILE": ["/none"],
    "JWT_SECRET_PREVIOUS": ["short", f"{'x' * 32},short"],
    "SECRET_KEY_FALLBACKS_FILE": ["/none"],
    "WEBHOOKS": ["maybe"],
    "WEBHOOK_ALLOW_PRIVATE": ["maybe"],
    "SECURE_HSTS_SECONDS": ["-1", "forever"],
    "JWT_JWKS_URL": ["ftp://h", "https://", "file:///etc/passwd", "id.example.org/keys"],
    "MONITORING_TOKEN": ["0123456.89abcdef.01234567"],
    "MONITORING_TOKEN_FILE": ["/none"],
    "CORS_ALLOWED_ORIGINS": ["example.org", "https://example.org/", "https://a.org,b.org", "*"],
    "CSRF_TRUSTED_ORIGINS": ["example.org", "ftp://example.org"],
    "OPENAI_API_KEY_FILE": ["/none"],
    "OPENAI_BASE_URL": ["api.openai.com/v1", "ftp://h", "http://", "http://h:port/v1"],
    "OPENAI_PRICE": ["free", "1,2", "-1,0,0"],
    "OPENAI_WITHOUT": ["streams", "stream,stream"],
    "COMPATIBLE_WITHOUT": ["all"],
    "OPENAI_REASONING_TOKENS": ["-1", "some"],
    "COMPATIBLE_REASONING_TOKENS": ["x"],
    "COMPATIBLE_BASE_URL": ["h/v1", "http://h/v1"],
    "COMPATIBLE_API_KEY_FILE": ["/none"],
    "COMPATIBLE_PRICE": ["1"],
    "COMPATIBLE_TIMEOUT_SECONDS": ["0"],
    "COMPATIBLE_RATE_LIMIT_RPM": ["-1"],
    "COMPATIBLE_RATE_LIMIT_TPM": ["-1"],
    "COMPATIBLE_MAX_CONCURRENT": ["x"],
    "OPENAI_TIMEOUT_SECONDS": ["0", "-1", "nan", "inf", "1e10", "a minute"],
    "PROVIDER_TEXT": ["gpt", "azure", "openai", "local,compatible", "local,local", "openai,"],
    "PROVIDER_SPEECH": ["openai", "azure"],
    "PROVIDER_VISION": ["openai", "azure"],
    "FALLBACK_TEXT": ["openai", "yes"],
    "FALLBACK_SPEECH": ["azure"],
    "FALLBACK_VISION": ["azure"],
    "AZURE_SPEECH_KEY": ["without a region or an endpoint"],
    "AZURE_SPEECH_KEY_FILE": ["/none"],
    "AZURE_SPEECH_ENDPOINT": ["westeurope", "ftp://h", "wss://"],
    "AZURE_SPEECH_TIMEOUT_SECONDS": ["0", "-1", "soon"],
    "AZURE_VISION_KEY": ["without an endpoint"],
    "AZURE_VISION_KEY_FILE": ["/none"],
    "UPLOAD_STORAGE": [
        "folder",
        "no.such.Storage",
        "storages/s3.S3Storage",
        "os.path",
        "json.NoClass",
    ],
    "UPLOAD_STORAGE_OPTIONS": ["bucket", "[1]", "{", '{"bucket": "ours"}'],
    "AZURE_VISION_TIMEOUT_SECONDS": ["0", "soon"],
    "AZURE_VISION_ENDPOINT": ["westeurope", "ftp://h", "https://"],
    "JOB_MAX_ATTEMPTS": ["0", "101", "three"],
    "RETRY_BASE_SECONDS": ["0", "-1", "two"],
    "RETRY_MAX_SECONDS": ["0", "nan"],
    "JOB_LEASE_SECONDS": ["0", "0.5", "soon"],
    "RESULT_CACHE_HOURS": ["-1", "8761", "1.5"],
    "JOB_RETENTION_DAYS": ["0", "36501", "a month"],
    "EVENT_RETENTION_DAYS": ["0", "36501", "1.5"],
    "PROFILE_CACHE_SECONDS": ["-1", "86401", "1.5"],
    "MANIFEST_CACHE_SECONDS": ["-1", "86401", "long"],
    "WORKER_CONCURRENCY": ["0", "1001", "many"],
    "WORKER_SHUTDOWN_SECONDS": ["0", "now"],
    "WEB_THREADS": ["0", "201", "x"],
    "WEB_PROCESSES": ["0", "65", "x"],
    "STREAM_LIMIT": ["0", "x"],
    "STREAM_LIMIT_PER_USER": ["0", "x"],
    "OPENAI_RATE_LIMIT_RPM": ["-1", "many"],
    "OPENAI_RATE_LIMIT_TPM": ["-1", "1.5"],
    "OPENAI_MAX_CONCURRENT": ["-1", "x"],
    "AZURE_SPEECH_MAX_CONCURRENT": ["-1"],
    "AZURE_SPEECH_MIN_TIME": ["-1", "50ms"],
    "AZURE_VISION_RATE_LIMIT_RPM": ["-1"],
    "AZURE_VISION_MAX_CONCURRENT": ["-1"],
    "BREAKER_OPENAI_OPEN_SECONDS": ["0", "soon"],
    "BREAKER_AZURE_SPEECH_MINIMUM_CALLS": ["1.5"],
    "GUARD_WITHOUT_REDIS": ["hope", "local"],
    "BREAKER_OPENAI_FAILURE_RATIO": ["0", "1.1"],
    "PROVIDER_RETRIES_PER_MINUTE": ["-1", "x"],
    "USER_LIMIT_AI": ["-1", "x"],
    "ADDRESS_LIMIT_AI": ["-1", "x"],
    "USER_LIMIT_PRONUNCIATION": ["-1", "x"],
    "ADDRESS_LIMIT_PRONUNCIATION": ["-1", "x"],
    "USER_LIMIT_UPLOAD": ["-1", "x"],
    "ADDRESS_LIMIT_UPLOAD": ["-1", "x"],
    "USER_LIMIT_GENERAL": ["-1", "x"],
    "ADDRESS_LIMIT_GENERAL": ["-1", "x"],
    "MONTHLY_BUDGET_USD": ["-1", "much", "nan", "inf", "1e6", "$5"],
    "USER_MONTHLY_ALLOWANCE_USD": ["-0.01", "much"],
    "ALERT_QUEUE_HIGH": ["-1", "many"],
    "ALERT_OLDEST_SECONDS": ["0", "long"],
    "ALERT_QUEUE_CRITICAL": ["-1", "many"],
    "ALERT_FAILURE_HIGH": ["0", "101"],
    "ALERT_FAILURE_CRITICAL": ["0", "101"],
    "ALERT_FAILURE_MINIMUM": ["0", "x"],
    "ALERT_WINDOW_MINUTES": ["0", "61"],
    "ALERT_BUDGET_PERCENT": ["0", "101"],
    "ALERT_CLEAR_SECONDS": ["-1", "3601"],
    "ALERT_WEBHOOK_URL": ["hooks.example.org", "ftp://h", "https://"],
    "ALERT_WEBHOOK_SECRET_FILE": ["/none"],
    "ALERT_WEBHOOK_PRIVATE": ["maybe"],
    "ALERT_EMAILS": ["ops", "ops@example.org"],
    "EMAIL_URL": ["host", "http://h", "smtp://", "smtp://h:port"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["collector:4318", "grpc://h", "http://"],
    "SIGN_IN_LIMIT": ["-1", "x"],
    "TRACE_LINK": ["jaeger/{trace}", "https://jaeger.example.org/trace/"],
    "LOG_LINK": ["logs/{job}", "https://logs.example.org/"],
    "HTTPS_PROXY": ["socks5://h", "http://", "h:port"],
    "HTTP_PROXY": ["ftp://h"],
    "ALL_PROXY": ["socks5h://h"],
    "SENTRY_DSN": ["sentry.example.org", "ftp://h", "https://"],
    "LOG_LEVEL": ["loud", "10"],
    "LOG_FORMAT": ["xml"],
}
# Any text will do.
FREE = (
    *("SECRET_KEY", "MONITORING_TOKEN", "OPENAI_API_KEY", "OPENAI_MODEL", "COMPATIBLE_MODEL"),
    *("OPENAI_REASONING_EFFORT", "COMPATIBLE_REASONING_EFFORT"),
    "EMAIL_FROM",
    *("JWT_AUDIENCE", "JWT_ISSUER", "AZURE_SPEECH_REGION"),
)

GOOD = {
    "PORT": "8080",
    "DATABASE_URL": "postgres://u:p%40ss@db:5432/unilingo?sslmode=require",
    "REDIS_URL": "rediss://:p@ss@cache:6380/2",
    "BROKER_URL": "amqps://u:p%40ss@broker:5671/unilingo",
    "DEBUG": "no",
    "SECRET_KEY": "$begins-with-a-dollar-and-is-long",
    "ALLOWED_HOSTS": " example.org , .example.org,[::1],*",
    "CORS_ALLOWED_ORIGINS": "https://app.example.org,http://localhost:8081",
    "CSRF_TRUSTED_ORIGINS": "https://*.example.org",
    "JWT_JWKS_URL": "https://id.example.org/.well-known/jwks.json",
    "HTTPS_PROXY": "http://u:p%40ss@proxy:3128",
    "HTTP_PROXY": "proxy:3128",
    "NO_PROXY": "*",
    "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1",
    "OPENAI_API_KEY": "$k",
    "PROVIDER_TEXT": "OpenAI",
    "AZURE_SPEECH_KEY": "$k",
    "AZURE_SPEECH_REGION": "westeurope",
    "AZURE_VISION_KEY": "$k",
    "AZURE_VISION_ENDPOINT": "https://unilingo.cognitiveservices.azure.com",
    "FALLBACK_TEXT": "Local",
    "LOG_LEVEL": "DEBUG",
    "MONTHLY_BUDGET_USD": "99.50",
    "USER_MONTHLY_ALLOWANCE_USD": "None",
    "BREAKER_AZURE_SPEECH_OPEN_SECONDS": "0.5",
    "JOB_LEASE_SECONDS": " 1.5 ",
}


def _environment(data: Path, **more: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "DATA_DIR": str(data), "DEBUG": "1", **more}


def _said(program: str, environment: dict[str, str], stdin: str = "") -> str:
    ended = run([sys.executable, "-c", program], stdin, cwd=ROOT, env=environment, text=True)
    assert ended.returncode == 0, ended.stderr
    return str(ended.stdout)


def _try_each(data: Path, cases: list[dict[str, str]]) -> list[tuple[int, str]]:
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    tried = _said(TRY_EACH, _environment(data), lines)
    answers: list[Any] = [json.loads(line) for line in tried.splitlines()]
    return [(code, text) for code, text in answers]


def test_every_bad_value_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    cases = [(name, value) for name, values in BAD.items() for value in values]

    answers = _try_each(tmp_path, [{name: value} for name, value in cases])

    for (name, value), (code, said) in zip(cases, answers, strict=True):
        assert code == 1, (name, value, said)
        assert said.count("\n") == 1, (name, value, said)
        assert said.startswith(f"unilingo: {name} "), (name, value, said)


def test_good_values_in_any_spelling_start(tmp_path: Path) -> None:
    unread = {"ALL_PROXY": "socks5://proxy:1080"}  # beside a proxy for each scheme
    cases = [
        GOOD | unread,
        *({name: value} for name, value in GOOD.items()),
        *({n: ""} for n in BAD),
    ]
    needing_others = ("PROVIDER_TEXT", "AZURE_SPEECH_KEY", "AZURE_VISION_KEY")
    cases = [case for case in cases if case not in [{n: GOOD[n]} for n in needing_others]]

    for case, (code, said) in zip(cases, _try_each(tmp_path, cases), strict=True):
        assert (code, said) == (0, ""), case


def test_a_line_about_an_address_does_not_show_its_password(tmp_path: Path) -> None:
    cases = [
        {"DATABASE_URL": "postgres://u:hunter2@h:port/d"},
        {"REDIS_URL": "redis://:hunter2@h:port"},
        {"BROKER_URL": "amqp://u:hunter2@h:port"},
        {"JWT_SECRET": "hunter2"},
        {"HTTPS_PROXY": "socks5://u:hunter2@h"},
        {"EMAIL_URL": "smtp://u:hunter2@h:port"},
        {"ALERT_WEBHOOK_URL": "https://h/", "ALERT_WEBHOOK_SECRET": "hunter2"},
    ]

    for _, said in _try_each(tmp_path, cases):
        assert "hunter2" not in said


def test_what_is_unsafe_in_production_stops_every_start(tmp_path: Path) -> None:
    server = {"DATABASE_URL": "postgres://u:p@db/unilingo"}
    cases = [
        ({"SECRET_KEY": "changeme"}, "SECRET_KEY must be 32 random characters or more"),
        ({"SECRET_KEY": "django-insecure-" + 50 * "x"}, "SECRET_KEY must be 32 random"),
        (server, "SECRET_KEY must be set beside DATABASE_URL"),
        ({"MONITORING_TOKEN": "ops"}, "MONITORING_TOKEN must have at least 16 characters"),
    ]

    refused = _try_each(tmp_path, [{"DEBUG": "0", **case} for case, _ in cases])
    allowed = _try_each(tmp_path, [{"DEBUG": "1", **case} for case, _ in cases])
    safe = _try_each(tmp_path, [{"DEBUG": "0"}, {"DEBUG": "0", "SECRET_KEY": 32 * "x", **server}])

    for (_, expected), (code, said) in zip(cases, refused, strict=True):
        assert (code, said.count("\n")) == (1, 1)
        assert said.startswith(f"unilingo: {expected}")
    assert set(allowed + safe) == {(0, "")}


def test_addresses_with_passwords_may_come_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("redis://:hunter2@cache:6379/0\n")
    ask = "from unilingo import settings as s; print(s.REDIS_URL, s.CELERY_BROKER_URL, s.REDIS_IS_EMBEDDED)"

    said = _said(ask, _environment(tmp_path, REDIS_URL_FILE=str(secret)))

    address = secret.read_text().strip()
    assert said == f"{address} {address} False\n"


@pytest.mark.parametrize("name", ["release", "web", "worker"])
def test_every_process_of_the_procfile_says_it_in_one_line(name: str, tmp_path: Path) -> None:
    environment = _environment(tmp_path, PORT="abc")
    ended = run(procfile()[name], timeout=30, cwd=ROOT, env=environment, text=True)

    assert ended.returncode != 0
    assert (
        ended.stdout + ended.stderr == "unilingo: PORT must be a whole number from 1 up to 65535\n"
    )


def test_processes_that_start_together_share_one_secret_key(tmp_path: Path) -> None:
    program = """
from pathlib import Path
from unilingo.configuration import env
print("ready", flush=True)
print(env.secret_key(Path(env.text("DATA_DIR"))))
"""
    ask, environment = [sys.executable, "-c", program], _environment(tmp_path)
    with (tmp_path / "secret-key").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        second = Popen(ask, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        assert second.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(timeout=0.5)
        file.write("the key of the first")

    assert second.communicate()[0] == "the key of the first\n"


def test_a_secret_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    ask = "from unilingo import settings; from unilingo.configuration import env; print(env.secret_key(settings.DATA_DIR))"

    said = _said(ask, _environment(tmp_path))

    path = tmp_path / "secret-key"
    assert said == f"{path.read_text()}\n"
    assert len(said) > 50
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", ["data", "elsewhere [1]"])
def test_a_database_that_was_left_open_to_others_is_closed(tmp_path: Path, where: str) -> None:
    """By an earlier version, or whoever made the file."""
    file = tmp_path / where / "db.sqlite3"
    file.parent.mkdir()
    beside = [file, *(file.with_name(f"db.sqlite3-{kind}") for kind in ("wal", "shm"))]
    for one in beside:
        one.touch()
        one.chmod(0o644)
    named = {"DATABASE_URL": f"sqlite:///{file}"} if where != "data" else {}

    _said("import unilingo.settings", _environment(tmp_path / "data") | named)

    assert [one.stat().st_mode & 0o777 for one in beside] == [0o600] * 3
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("  from the file\n")
    ask = "from unilingo import settings; print(settings.MONITORING_TOKEN)"

    named = {"MONITORING_TOKEN_FILE": str(secret), "MONITORING_TOKEN": "other"}
    said = _said(ask, _environment(tmp_path, **named))

    assert said == "from the file\n"
