from resilience.admin import breakers as breakers
from resilience.admin import money as money
