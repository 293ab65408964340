"""Follows a job with httpx-sse as docs/events.md says: it asks again by hand, with the last id."""

import json
import sys
import time

import httpx
from httpx_sse import connect_sse

ENDINGS = ("completed", "failed", "cancelled")
url, last_id, has_ended = sys.argv[1], "", False

with httpx.Client(timeout=60) as client:
    while not has_ended:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        try:
            with connect_sse(client, "GET", url, headers=headers) as source:
                if source.response.is_client_error:
                    source.response.raise_for_status()
                for event in source.iter_sse():
                    last_id, has_ended = event.id, event.event in ENDINGS
                    print(json.dumps({"type": event.event, "id": event.id}), flush=True)
        except httpx.TransportError:
            time.sleep(1)
