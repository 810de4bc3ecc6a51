"""A life as rows of each service's tables: the same one in all four."""
