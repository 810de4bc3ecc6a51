"""Files in object storage: announced, uploaded by form post, completed after checks, attached, swept."""
