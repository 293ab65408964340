"""The proxy through which a provider is called."""

from collections.abc import Mapping
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it

import httpx2

# Addresses by the schemes that are asked for through them, or `all`; `no`: the hosts that are called without.
Proxies = Mapping[str, str]

_HERE = ("localhost", "127.0.0.1", "::1")


def proxy_of(url: httpx2.URL, proxies: Proxies) -> httpx2.Proxy | None:
    """None: without one, as whatever is on this machine is always called."""
    address = proxies.get(url.scheme.replace("ws", "http")) or proxies.get("all")
    if not address or url.host in _HERE or proxy_bypass_environment(url.host, proxies):
        return None
    return httpx2.Proxy(address)
