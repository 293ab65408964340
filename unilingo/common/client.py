"""Who is at the other end of the wire. Headers alone prove nothing: only so many proxies as the settings name are believed."""

import ipaddress
import logging
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 clients of an IPv6 network (RFC 6052)


def client_network(request: HttpRequest) -> str:
    """Whom limits by address count as one: an IPv4 address, or the /64 of an IPv6 address, which one subscriber has whole."""
    return _network(client_address(request))


@lru_cache(1000)
def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def client_address(request: HttpRequest) -> str:
    """The address that the outermost trusted proxy saw; with none trusted, the peer's. Headers alone prove nothing."""
    return _plain_address(_seen_address(request))


@lru_cache(1000)
def _plain_address(seen: str) -> str:
    """Without port, brackets and zone, and an IPv4 address that is written as IPv6 as what it is."""
    host = seen.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return seen
    return str(_ipv4_within(address) or address)


def _ipv4_within(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> object:
    """Else all that a translator hands on would count as one caller, and an owner of one IPv4 address as 65,536."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    translated = ipaddress.IPv4Address(address.packed[-4:]) if address in _TRANSLATED else None
    return address.ipv4_mapped or address.sixtofour or translated


def _seen_address(request: HttpRequest) -> str:
    peer: str = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES == 0:
        if "HTTP_X_FORWARDED_FOR" in request.META and _is_near(peer):
            _tell_of_proxy()
        return peer
    forwarded = [
        part.strip()
        for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if part.strip()
    ]
    hops: list[str] = [*forwarded, peer]
    return hops[max(0, len(hops) - 1 - settings.TRUSTED_PROXIES)]


@cache
def _tell_of_proxy() -> None:
    """Once. From afar the header says nothing: anybody may send it."""
    logger.warning(
        "X-Forwarded-For comes from a machine near by: with a proxy, set TRUSTED_PROXIES"
    )


def _is_near(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_private
    except ValueError:
        return peer == ""  # a unix socket


_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def is_direct_loopback(request: HttpRequest) -> bool:
    """A caller on this machine with no proxy between."""
    if any(name in request.META for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
