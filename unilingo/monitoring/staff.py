"""Pages that only staff see: others are asked to sign in, or refused."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def staff_only(view: View) -> View:
    @wraps(view)
    def seen(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), "login")
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request)

    return seen
