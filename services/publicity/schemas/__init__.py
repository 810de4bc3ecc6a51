"""What REST takes and gives."""

from services.publicity.schemas.desk import (
    AuditView,
    CorrectionIn,
    DeskItemView,
    DraftIn,
    PublicationIn,
    WithdrawalIn,
)
from services.publicity.schemas.reading import FactsView, ItemQuery, ItemView

__all__ = [
    "AuditView",
    "CorrectionIn",
    "DeskItemView",
    "DraftIn",
    "FactsView",
    "ItemQuery",
    "ItemView",
    "PublicationIn",
    "WithdrawalIn",
]
