"""What REST takes and gives."""

from services.publicity.schemas.desk import (
    CorrectionIn,
    DeskItemView,
    DraftIn,
    PublicationIn,
    WithdrawalIn,
)
from services.publicity.schemas.reading import FactsView, ItemQuery, ItemView

__all__ = [
    "CorrectionIn",
    "DeskItemView",
    "DraftIn",
    "FactsView",
    "ItemQuery",
    "ItemView",
    "PublicationIn",
    "WithdrawalIn",
]
