"""The directory as every service has it: plans as its own, the others as copies."""

from __future__ import annotations

from shared.text import fold
from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.country import BEFORE, COMMUNE, FOUNDED, RENAMED, Body, Country

NAMES = "id organisation_id name level kind search from_on to_on"


def directory(tables: Tables, service: str, country: Country) -> None:
    """Organisations, their names and lines of command, and who holds which office."""
    organisations = tables.of(service, "organisations", "id slug hierarchy valid_from version")
    names = tables.of(service, "organisation_names", NAMES)
    edges = tables.of(service, "organisation_edges", "id organisation_id type to_id from_on")
    offices = tables.of(service, "offices", "id person_id person_name organisation_id role from_on version")
    ids = country.ids
    for body in country.bodies:
        organisations(line(body.id, body.slug, "state", FOUNDED, "1"))
        for name, begin, end in _names(body):
            level = "xã" if body.kind == COMMUNE else "tỉnh"
            names(line(ids.at(country.began), body.id, name, level, level, fold(name), begin, end))
        if body.above is not None:
            kind = "standing_office_of" if body.kind == "standing" else "line_of_command"
            edges(line(ids.at(country.began), body.id, kind, body.above.id, FOUNDED))
        for person in body.people:
            offices(line(person.office_id, person.id, person.name, body.id, person.role, FOUNDED, "1"))


def _names(body: Body) -> list[tuple[str, str, str]]:
    if body.earlier is None:
        return [(body.name.text, FOUNDED, NULL)]
    return [(body.earlier.text, FOUNDED, BEFORE), (body.name.text, RENAMED, NULL)]


def aggregates_of_plans(country: Country) -> list[str]:
    """Those of the directory: each was told once."""
    found = [movement.id for movement in country.movements]
    for body in country.bodies:
        found += [body.id, *(person.office_id for person in body.people), *(each.id for each in body.channels)]
    return found
