"""What may be said with every request for work, and changes nothing of the answer."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Options:
    """`callback_url`: told how the job ends. `max_cost`: dollars that the job may cost. `is_dry_run`: only priced, not kept."""

    callback_url: str = ""
    max_cost: Decimal | None = None
    is_dry_run: bool = False


NONE_SAID = Options()
