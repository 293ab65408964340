"""Django, DRF and Celery as tutorials put them together: a row for each request, then `delay`.

With our settings of the database; without accounts, limits, events, or any memory of work that was done before.
"""

import os
import sys
import uuid
from typing import Any

import django
import environ
from celery import Celery
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.urls import path

database: dict[str, Any] = environ.Env.db_url_config(os.environ["DATABASE_URL"])
if database["ENGINE"].endswith("sqlite3"):
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY"
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": f"{pragmas}; PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000",
    }
settings.configure(
    SECRET_KEY="of the bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": database | {"CONN_MAX_AGE": 600}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "rest_framework",
    ],
    # Those of `django-admin startproject`.
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
)
django.setup()

from rest_framework import serializers  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

app = Celery("tutorial", broker=os.environ["BROKER_URL"])


class Job(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user_id = models.CharField(max_length=128, db_index=True)
    status = models.CharField(max_length=16, default="waiting", db_index=True)
    input = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "tutorial"

    def __str__(self) -> str:
        return str(self.id)


@app.task(ignore_result=True)
def make(job_id: str) -> None:
    Job.objects.filter(pk=job_id).update(status="completed")


class Asked(serializers.Serializer):
    content = serializers.CharField(min_length=50, max_length=100_000)
    subject = serializers.CharField(max_length=200)
    topic = serializers.CharField(max_length=200)


class Generate(APIView):
    def post(self, request):
        asked = Asked(data=request.data)
        asked.is_valid(raise_exception=True)
        job = Job.objects.create(
            user_id=request.headers["user-id"], input=dict(asked.validated_data)
        )
        make.delay(str(job.pk))
        return Response({"jobId": str(job.pk), "status": job.status}, status=202)


urlpatterns = [path("api/ai/generate-flashcards", Generate.as_view())]
application = get_wsgi_application()

if sys.argv[1:] == ["migrate"]:
    with connection.schema_editor() as editor:
        editor.create_model(Job)
