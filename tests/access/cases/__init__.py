"""How each row of the table is asked, service by service."""

from tests.access.cases.case import Case
from tests.access.cases.nominations import nominations
from tests.access.cases.notifications import notifications
from tests.access.cases.plans import plans
from tests.access.cases.publicity import publicity

CASES = {**plans(), **nominations(), **publicity(), **notifications()}

__all__ = ["CASES", "Case"]
