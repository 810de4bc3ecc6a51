"""Reading a plan again before it is signed: kind, numbered findings with the sentence and a suggestion.

Pure: a Reading and what is known beside it in, findings out; nothing ever blocks. A check is a plain function; which
there are is `checks.CHECKS`, their sentences are `findings.toml`, the dated legal texts `law.toml`.
"""

from services.plans.linting.bodies import bodies_named
from services.plans.linting.checks import findings
from services.plans.linting.finding import EndedBody, Finding, Known, Level

__all__ = ["EndedBody", "Finding", "Known", "Level", "bodies_named", "findings"]
