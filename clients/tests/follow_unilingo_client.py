"""Follows a job with the Python client of this repository."""

import json
import sys

from unilingo_client import UniLingo

with UniLingo(sys.argv[1], user_id="ann") as unilingo:
    for event in unilingo.events(sys.argv[2]):
        print(json.dumps({"type": event.type, "id": event.id}), flush=True)
