"""Under which address this service is reached: from the settings, never from a stranger's Host header."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from services.publicity.channels import Site


async def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteHere = Annotated[Site, Depends(_site)]
