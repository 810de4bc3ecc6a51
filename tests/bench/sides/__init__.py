"""The programs that are measured, each its own process, and how each is asked the same questions."""
