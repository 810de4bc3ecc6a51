"""Where this service stands as a browser sees it. Every redirect names our own address: none follows a stranger's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from fastapi import Request

from shared.settings import Settings

LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
LONGEST = 1500  # it travels in a cookie, which has 4 kB


@dataclass(frozen=True, slots=True)
class Place:
    """`url` has no trailing slash; `path` is that of the service's root, which cookies are bound to."""

    settings: Settings
    mounted_at: str

    @property
    def url(self) -> str:
        """The service's own address."""
        return self.settings.base_url + self.mounted_at

    @property
    def path(self) -> str:
        """From the host on; empty when the service is all there is."""
        return urlsplit(self.url).path

    @property
    def callback(self) -> str:
        """The redirect URI that the issuer must know."""
        return f"{self.url}/sign-in/callback"

    @property
    def secure(self) -> bool:
        """Whether cookies travel by TLS only; only development may do without."""
        return self.settings.env == "production" or self.url.startswith("https:")

    def sign_in(self, onward: str = "") -> str:
        """Where one signs in and then goes `onward`."""
        return f"{self.url}/sign-in" + (f"?{urlencode({'next': onward})}" if onward else "")

    def local(self, onward: str) -> str | None:
        """The same path at our own address, unless it leads elsewhere, or back into signing in."""
        path = onward.partition("?")[0]
        fits = len(onward) <= LONGEST and LOCAL.fullmatch(onward) and not path.startswith(f"{self.mounted_at}/sign-")
        host = urlsplit(self.settings.base_url)
        return f"{host.scheme}://{host.netloc}{onward}" if fits else None


def here(request: Request) -> Place:
    """The service that was asked."""
    return Place(request.app.state.settings, request.scope.get("root_path", ""))
