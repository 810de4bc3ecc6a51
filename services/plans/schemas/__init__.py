"""What the REST door and the command line take and give."""

from services.plans.schemas.document import DirectoryDocument, FirstEntries, organisation_id

__all__ = ["DirectoryDocument", "FirstEntries", "organisation_id"]
