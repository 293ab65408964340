from django.urls import include, path

from jobs.api import changes, views
from jobs.kind import kinds
from jobs.webhooks import api as webhooks

urlpatterns = [
    *(path("", include(kind.urls)) for kind in kinds().values()),
    path("job-status/<str:job_id>", views.JobStatus.as_view()),
    path("job-events", views.JobEvents.as_view()),
    path("jobs", views.JobList.as_view()),
    path("jobs/<str:job_id>/cancel", changes.CancelJob.as_view()),
    path("jobs/<str:job_id>/retry", changes.RetryJob.as_view()),
    path("webhook", webhooks.Webhook.as_view()),
]
