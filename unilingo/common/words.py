"""How times and money are written for staff."""

from datetime import timedelta
from decimal import Decimal


def spoken(time: timedelta | float) -> str:
    seconds = time.total_seconds() if isinstance(time, timedelta) else time
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def usd(dollars: Decimal | float) -> str:
    return f"${dollars:,.6f}" if 0 < dollars < 1 else f"${dollars:,.2f}"
