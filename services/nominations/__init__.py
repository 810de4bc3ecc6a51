"""nominations: a unit presents an exemplar, bodies decide up a ladder, its subject decides where it is shown.

Announces the life of a nomination and what of its story may be shown (`shared/events/nominations.py`).
Hears the directory, plans and movements, and where publicity shows a story.
"""
