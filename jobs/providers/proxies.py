"""The proxy through which a provider is called, as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say."""

from urllib.request import getproxies, proxy_bypass

import httpx2

_HERE = ("localhost", "127.0.0.1", "::1")


def proxy_of(url: httpx2.URL) -> httpx2.Proxy | None:
    """None: without one, as whatever is on this machine is always called."""
    told = getproxies()
    address = told.get(url.scheme.replace("ws", "http")) or told.get("all")
    if not address or url.host in _HERE or proxy_bypass(url.host):
        return None
    return httpx2.Proxy(address if "://" in address else f"http://{address}")
