from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path
from django.views.decorators.http import conditional_page
from django.views.generic import RedirectView

from jobs import privacy
from jobs.api.privacy import ProfileExport
from jobs.kinds.flashcards.saved import cards_of
from profiles.api import views as learners
from profiles.api.flashcards import Flashcards
from resilience import privacy as people
from resilience.api import views as operating
from resilience.api.ai_status import AiStatus
from unilingo import health, pages, problems
from unilingo.identity import tokens
from unilingo.identity.auth import IsOperator
from unilingo.monitoring import commands, dashboard, prometheus, runbook_page, snapshot, work_page
from unilingo.monitoring import views as monitoring
from unilingo.openapi.api_docs import ApiDocs
from unilingo.openapi.schema_view import OpenApiDocument

admin.autodiscover()  # here, since of all processes only web needs it

PROFILE = learners.ProfileView.as_view(tokens_of=people.tokens_of, erase=privacy.erase)
OPERATORS = {"permission_classes": (IsOperator,)}

urlpatterns = [
    # First, since most requests are for these.
    path("api/", include("jobs.api.urls")),
    path("api/", include("profiles.api.urls")),
    path("api/flashcards", Flashcards.as_view(cards_of_job=cards_of)),
    learners.behind_profile("export", ProfileExport.as_view(), PROFILE),
    learners.behind_profile("manifest", learners.Manifest.as_view(), PROFILE),
    learners.behind_profile("invalidate", learners.Invalidate.as_view(**OPERATORS), PROFILE),
    path("api/profile/<path:user_id>", PROFILE),
    path("", pages.demo, name="demo"),
    path("sse-example.html", pages.demo),
    path("review", pages.review, name="review"),
    path("login", LoginView.as_view(next_page="demo"), name="login"),
    path("logout", LogoutView.as_view(next_page="demo"), name="logout"),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("livez", health.Livez.as_view()),
    path("readyz", health.ReadyView.as_view()),
    path("api/health", health.Health.as_view()),
    path("health", health.BareHealth.as_view()),
    path("api/auth/token", tokens.IssueToken.as_view()),
    path("api/redis/health", monitoring.RedisHealthView.as_view()),
    path("api/queue/stats", monitoring.QueueStatsView.as_view()),
    path("api/sse/stats", monitoring.SseStatsView.as_view()),
    path("api/metrics/alerts", monitoring.AlertsView.as_view()),
    path("monitoring", dashboard.page, name="monitoring"),
    path("monitoring/work", work_page.page, name="work"),
    path("monitoring/runbook", runbook_page.page, name="runbook"),
    path("monitoring/events", dashboard.Events.as_view(), name="monitoring-events"),
    path("monitoring/retry/<str:job_id>", commands.Retry.as_view()),
    path("monitoring/kinds/<str:kind>", commands.PauseKind.as_view()),
    path("metrics", prometheus.Metrics.as_view()),
    path("api/ai/status", AiStatus.as_view(queue_depth=snapshot.queue_depth, provider="openai")),
    path("api/circuit-breakers/status", operating.CircuitBreakers.as_view(**OPERATORS)),
    path("api/circuit-breakers/reset/<str:name>", operating.ResetBreaker.as_view(**OPERATORS)),
    path(
        "api/circuit-breakers/force-open/<str:name>",
        operating.ForceBreakerOpen.as_view(**OPERATORS),
    ),
    path("api/rate-limits/status", operating.RateLimits.as_view(**OPERATORS)),
    path(
        "api/admin/budget/status",
        operating.BudgetStatus.as_view(queue_depth=snapshot.queue_depth, **OPERATORS),
    ),
    path("api/admin/budget/kill-switch", operating.KillSwitches.as_view(**OPERATORS)),
    path("api/admin/budget/set-limit", operating.SetLimit.as_view(**OPERATORS)),
    path("api/schema", OpenApiDocument.as_view(), name="schema"),
    path("api/docs", conditional_page(ApiDocs.as_view()), name="docs"),
    re_path(r"^api(?:/|$)", problems.no_endpoint),
]
handler400 = "unilingo.problems.bad_request"
handler500 = "unilingo.problems.server_error"
