"""The HTML door: where a plan officer brings a document, confirms what was read leaf by leaf, and issues it."""

from services.plans.pages.confirming import router as confirming
from services.plans.pages.desk import router as desk
from services.plans.pages.issuing import router as issuing

ROUTERS = (desk, confirming, issuing)

__all__ = ["ROUTERS"]
