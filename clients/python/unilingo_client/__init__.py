"""UniLingo's API for Python: jobs asked for, followed and read. `shapes` has the types of what goes in and comes out."""

from unilingo_client.client import Event, UniLingo
from unilingo_client.problem import UniLingoError

__all__ = ["Event", "UniLingo", "UniLingoError"]
