"""Settings, top to bottom: where data lives, Django, database, Redis, Celery, events, API, security, engines, logs."""

import os
import sys
from pathlib import Path

from redis.backoff import NoBackoff
from redis.retry import Retry

from jobs import providers
from unilingo.configuration import addresses, env, policies
from unilingo.configuration.production import refuse_unsafe
from unilingo.configuration.providers import budget_policy, outage_policy, provider_settings
from unilingo.logs import logging_config
from unilingo.monitoring.policy import alert_policy, mail_settings, notice_policy

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.data_dir()
# Where `manage.py up` says at which address it answers, while it runs.
ADDRESS_FILE = DATA_DIR / "address"
VERSION = "1.0.0"
PORT = env.integer("PORT", 3001, at_least=1, at_most=65535)
WORKER_HEALTH_PORT = env.integer("WORKER_HEALTH_PORT", 3002, at_least=1, at_most=65535)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.secrets_of("SECRET_KEY_FALLBACKS")
SECRET_KEY_IS_GENERATED = not env.is_set("SECRET_KEY")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=("*",) if DEBUG else ("localhost", "127.0.0.1"))
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
ROOT_URLCONF = "unilingo.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # unilingo/urls.py loads what is in it
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "django_eventstream",
    "unilingo",
    "jobs",
    "jobs.webhooks",
    "profiles",
    "resilience",
]
MIDDLEWARE = [
    "unilingo.middleware.RequestLog",
    "unilingo.middleware.OurHosts",
    "unilingo.middleware.Security",
    "unilingo.middleware.CommonHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "unilingo.server.heads.HeadFirst",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "unilingo.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "unilingo.middleware.BodyLimit",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = True

DATABASES = {"default": addresses.database(DATA_DIR)}

REDIS_URL = addresses.redis_url(DATA_DIR)
REDIS_IS_EMBEDDED = not env.is_set("REDIS_URL")
# redis-py's defaults hang for a minute on a silent server; a request must not.
REDIS_TIMEOUTS = {
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
    "retry": Retry(NoBackoff(), 1),
}
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "unilingo",
        "OPTIONS": {"CONNECTION_POOL_KWARGS": REDIS_TIMEOUTS},
    }
}
STREAM_LIMIT = env.integer("STREAM_LIMIT", 5000, at_least=1)
STREAM_LIMIT_PER_USER = env.integer("STREAM_LIMIT_PER_USER", 2500, at_least=1)
STREAM_TOKEN_SECONDS = 3600

JOB_POLICY = policies.job_policy()
PROFILE_CACHE_SECONDS = env.integer("PROFILE_CACHE_SECONDS", 300, at_most=86400)
MANIFEST_CACHE_SECONDS = env.integer("MANIFEST_CACHE_SECONDS", 3600, at_most=86400)
RESULT_CACHE_HOURS = env.integer("RESULT_CACHE_HOURS", 24, at_least=0, at_most=8760)
JOB_RETENTION_DAYS = env.integer("JOB_RETENTION_DAYS", 90, at_least=1, at_most=36500)
EVENT_RETENTION_DAYS = env.integer("EVENT_RETENTION_DAYS", 30, at_least=1, at_most=36500)
WORKER_CONCURRENCY = env.integer("WORKER_CONCURRENCY", 3, at_least=1, at_most=1000)

TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, at_most=20)
WEB_THREADS = env.integer("WEB_THREADS", 8, at_least=1, at_most=200)
# A Mac does not say which processors are whose.
_PROCESSORS = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
WEB_PROCESSES = env.integer(
    "WEB_PROCESSES", 1 if DEBUG else min(_PROCESSORS, 8), at_least=1, at_most=64
)
# 100,000 characters take at most 1.2 MB as JSON: twelve bytes for an escaped character outside the basic plane.
REQUEST_MAX_BYTES = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = REQUEST_MAX_BYTES

STORAGES = {
    "default": addresses.upload_storage(DATA_DIR),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CELERY_BROKER_URL = addresses.broker_url(REDIS_URL)
if CELERY_BROKER_URL.startswith("amqp"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "confirm_publish": True,
        "connect_timeout": 1,
        "read_timeout": 5,
        "write_timeout": 5,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "unilingo:",
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "max_connections": 2 * WORKER_CONCURRENCY + 20,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_DEFAULT_QUEUE = "ai-jobs"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_IGNORE_RESULT = True
# Celery would connect anew for every task; what takes long to connect is kept, and tested where a task begins.
CELERY_DB_REUSE_MAX = sys.maxsize
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = WORKER_CONCURRENCY
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False

REQUEST_LIMITS = policies.request_limits()
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "unilingo.identity.auth.BearerAuthentication",
        "unilingo.identity.auth.SessionAuthentication",
        "unilingo.identity.auth.TrustedHeaderAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["unilingo.identity.auth.IsCaller"],
    "DEFAULT_THROTTLE_CLASSES": ["jobs.api.throttles.GeneralLimit"],
    "DEFAULT_PARSER_CLASSES": ["unilingo.common.json_body.StrictJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "unilingo.http.JsonOnly",
    "DEFAULT_METADATA_CLASS": "unilingo.http.AllowedMethods",
    "DEFAULT_SCHEMA_CLASS": "unilingo.openapi.schema.ApiSchema",
    "EXCEPTION_HANDLER": "unilingo.problems.of_view",
    "UNAUTHENTICATED_USER": None,
    "NON_FIELD_ERRORS_KEY": "body",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "UniLingo",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "unilingo.openapi.examples.add_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "LevelEnum": "profiles.models.Level.values",
        "KindEnum": "jobs.api.serializers.kind_choices",
        "BreakerStateEnum": "resilience.queries.SHOWN_STATES",
        "CardStateEnum": "profiles.api.shapes.CARD_STATES",
        "CardKindEnum": ["term", "cloze"],
    },
}

TRUST_USER_ID_HEADER = env.flag("TRUST_USER_ID_HEADER", default=DEBUG)
JWT_POLICY = policies.jwt_policy(SECRET_KEY, SECRET_KEY_FALLBACKS)
JWT_SECONDS = 3600
MONITORING_TOKEN = env.monitoring_token()
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = DEBUG and not CORS_ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/(?:api/.*|health)$"
# By name what is sent with a sign-in and what older browsers are to know; the star stands for what else libraries add.
CORS_ALLOW_HEADERS = [
    "*", "accept", "authorization", "b3", "baggage", "cache-control", "content-type", "idempotency-key", "if-none-match",
    "last-event-id", "newrelic", "pragma", "prefer", "sentry-trace", "traceparent", "tracestate", "user-id", "x-csrftoken",
    "x-datadog-origin", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-trace-id", "x-request-id",
    "x-requested-with",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "content-disposition", "content-location", "etag", "link", "location", "retry-after", "www-authenticate", "x-request-id", "idempotent-replayed", "preference-applied",
    "ratelimit", "ratelimit-policy", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
]  # fmt: skip
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^(?:api/)?health$", r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Apart from the redirect: behind a proxy that redirects itself browsers are told all the same.
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 0 if DEBUG else 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
# It looks for Django's SecurityMiddleware by that very name; ours is a subclass.
SILENCED_SYSTEM_CHECKS = ["security.W001"]
SIGN_IN_LIMIT = env.integer("SIGN_IN_LIMIT", 10)
AUTHENTICATION_BACKENDS = ["unilingo.identity.sign_in.CountingBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

WEBHOOKS = env.flag("WEBHOOKS", default=True)
WEBHOOK_ALLOW_PRIVATE = env.flag("WEBHOOK_ALLOW_PRIVATE", default=False)

ALERT_POLICY = alert_policy()
NOTICE_POLICY = notice_policy()
globals().update(mail_settings())
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "unilingo@localhost")

providers.register_all()
_providers = provider_settings()
globals().update(_providers.values)
PROVIDER_POLICIES = _providers.policies
# A stopping worker lets its calls end, since they are paid for; in development nobody waits so long for Ctrl-C.
_LONGEST_CALL_SECONDS = max(policy.lease_seconds for policy in PROVIDER_POLICIES.values())
WORKER_SHUTDOWN_SECONDS = env.number(
    "WORKER_SHUTDOWN_SECONDS", 5.0 if DEBUG else _LONGEST_CALL_SECONDS
)
OUTAGE_POLICY = outage_policy()
BUDGET_POLICY = budget_policy(_providers.values)
DICTIONARIES_DIR = env.folder("DICTIONARIES_DIR", DATA_DIR / "dictionaries")

TRACES_ENDPOINT = env.url("OTEL_EXPORTER_OTLP_ENDPOINT", "", ("https", "http"))
TRACE_LINK = addresses.link("TRACE_LINK", "{trace}")
LOG_LINK = addresses.link("LOG_LINK", "{job}")
SENTRY_DSN = env.secret_url("SENTRY_DSN", "", ("https", "http"))
LOG_LEVEL = env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")).upper()
LOG_FORMAT = env.choice("LOG_FORMAT", "console" if DEBUG else "json", ("console", "json"))
LOGGING = logging_config(LOG_LEVEL, LOG_FORMAT)

if not DEBUG:
    refuse_unsafe(
        secret_key=SECRET_KEY,
        is_generated=SECRET_KEY_IS_GENERATED,
        is_shared=DATABASES["default"]["ENGINE"] == "unilingo.postgresql",
        token=MONITORING_TOKEN,
    )
