"""The REST door: the unit's and the stations' steps, reading, and the files of a dossier."""

from services.nominations.rest.files import files
from services.nominations.rest.lane import lane
from services.nominations.rest.reading import reading
from services.nominations.rest.stations import stations
from services.nominations.rest.unit import unit
from shared.files.rest import directory_router

routers = [unit, stations, reading, files, directory_router]

__all__ = ["lane", "routers"]
