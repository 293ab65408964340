"""Submits, polls and reads a result with what openapi-python-client has made."""

import json
import os
import time

from openapi_python_client_made import Client
from openapi_python_client_made.api.watching import job_status
from openapi_python_client_made.api.work import generate_flashcards
from openapi_python_client_made.models import FlashcardsRequest, Priced

client = Client(os.environ["UNILINGO_URL"], headers={"user-id": os.environ["UNILINGO_USER"]})
asked = FlashcardsRequest(
    content=os.environ["UNILINGO_TEXT"], subject="Biology", topic="Cells", dry_run=True
)
assert isinstance(generate_flashcards.sync(client=client, body=asked), Priced)
asked.dry_run = False
accepted = generate_flashcards.sync(client=client, body=asked)
while True:
    state = job_status.sync(accepted.job_id, client=client)
    if state.result:
        break
    time.sleep(0.2)
print(json.dumps(state.result.to_dict()))
