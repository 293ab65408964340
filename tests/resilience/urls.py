"""The operator's endpoints and the admin, mounted as unilingo/urls.py mounts them."""

from django.contrib import admin
from django.urls import path

from resilience.api import views
from resilience.api.ai_status import AiStatus
from unilingo.identity.auth import IsOperator

admin.autodiscover()

op = {"permission_classes": (IsOperator,)}

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/ai/status", AiStatus.as_view(provider="openai")),
    path("api/circuit-breakers/status", views.CircuitBreakers.as_view(**op)),
    path("api/circuit-breakers/reset/<str:name>", views.ResetBreaker.as_view(**op)),
    path("api/circuit-breakers/force-open/<str:name>", views.ForceBreakerOpen.as_view(**op)),
    path("api/rate-limits/status", views.RateLimits.as_view(**op)),
    path("api/admin/budget/status", views.BudgetStatus.as_view(queue_depth=lambda: 7, **op)),
    path("api/admin/budget/kill-switch", views.KillSwitches.as_view(**op)),
    path("api/admin/budget/set-limit", views.SetLimit.as_view(**op)),
]
