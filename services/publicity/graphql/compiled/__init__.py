"""The fast lane of the portal graph: a question asked again is one prepared statement whose rows are JSON already.

A document that comes a second time is validated as ever, its selection is compiled once to SQL (`selection`,
`catalogue`, `statements`), and from then on it is answered here, byte for byte as the executor would
(`answering`), before FastAPI and GraphQL see it (`lane`). Whatever is not simple goes the ordinary way, errors
and their words included: the lane only ever answers what it is sure of. `docs/graph.md` has the whole picture.
"""

from services.publicity.graphql.compiled.lane import lane

__all__ = ["lane"]
