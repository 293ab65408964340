"""What went wrong, as docs/errors.md lists it."""

import httpx


class UniLingoError(Exception):
    """`code` is for programs; empty for an answer that is not UniLingo's, a proxy's page perhaps."""

    def __init__(self, message: str, code: str, status: int, request_id: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.request_id = request_id

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.status == 429 or self.status >= 500


def checked(response: httpx.Response) -> httpx.Response:
    """The answer itself, read as far as needed. Raises UniLingoError."""
    if response.status_code < 400:
        return response
    response.read()
    try:
        said = response.json()
        error = said["error"], said["code"], response.status_code, said["requestId"]
    except (ValueError, KeyError, TypeError):
        error = f"The server answered {response.status_code}.", "", response.status_code, ""
    raise UniLingoError(*error)
