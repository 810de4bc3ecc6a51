"""The REST door: one file for each family of paths, each path one action or query."""

from services.plans.rest import directory, duties, people, plans

ROUTERS = (directory.router, plans.router, plans.files, duties.router, people.router)
