"""What the walk stands on: copies of the directory in every service, and the sample's plans."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from deploy import sample
from deploy.demo.doors import Caller, Doors, doors
from deploy.demo.scenes.plans import PLAN_221, entered
from deploy.demo.waiting import until
from shared.auth.issuer import DevelopmentIssuer

MOVEMENTS = "query { movements(first: 100) { edges { node { id } } } }"


async def load(addresses: Mapping[str, str], issuer: DevelopmentIssuer) -> None:
    """All plans but the one whose issue is told. May be repeated. Raises StepFailed."""
    async with doors(addresses, issuer) as found:
        await _directory_known(found)
        for plan in sample.plans():
            if plan.slug != PLAN_221:
                await entered(found, plan)


async def _directory_known(found: Doors) -> None:
    """Everybody of the sample has his office in each service that judges by offices, and publicity knows the rest."""
    for subject in sample.subjects():
        for service in ("plans", "nominations", "notifications"):
            await until(f"chức trách của «{subject}» ở {service}", _offices(found.person(subject), service))
    wanted = {str(movement["id"]) for movement in sample.directory(found.issuer.issuer)["movements"]}

    async def movements() -> bool | None:
        data = await found.anybody.graph("publicity", MOVEMENTS)
        return wanted <= {edge["node"]["id"] for edge in data["movements"]["edges"]} or None

    await until("các phong trào ở publicity", movements)


def _offices(caller: Caller, service: str) -> Callable[[], Awaitable[list[object] | None]]:
    async def held() -> list[object] | None:
        return (await caller.get(service, "/v1/me")).body["offices"] or None

    return held
