"""The REST door: one file for each family of paths, each path one action or query."""

from services.plans.rest import directory, duties, people, plans, readings
from shared.files.rest import directory_router

ROUTERS = (
    directory.router,
    plans.router,
    plans.files,
    directory_router,
    readings.taking,
    readings.deciding,
    duties.router,
    people.router,
)
