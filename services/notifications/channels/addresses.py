"""Where a webhook may go: only to addresses outside the house, judged after resolving, connected to as judged."""

from __future__ import annotations

import asyncio
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from shared.errors import Invalid

RESOLVE_S = 3
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # the last part of an address in the forms that resolvers understand
# The resolver of the system cannot be interrupted: a name server that never answers holds threads of its own only.
RESOLVERS = ThreadPoolExecutor(32, "resolve")
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
# Special purposes that not every release of Python knows: RFC 6890, RFC 8215, RFC 9637
SPECIAL = [ip_network(net) for net in ("192.0.0.0/24", "64:ff9b:1::/48", "3fff::/20")]


class UnsafeAddress(Invalid):
    """A webhook address that is no plain https address outside the house."""

    code = "unsafe-address"


class Blocked(Exception):
    """The name leads inside, or nowhere."""


def check_url(url: str, *, allow_private: bool) -> None:
    """What can be judged without asking the network. Raises UnsafeAddress."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError as error:
        raise UnsafeAddress(pointer="#/url") from error
    schemes = {"https", "http"} if allow_private else {"https"}
    plain = parts.username is None and parts.password is None and not parts.fragment and url.isascii()
    if parts.scheme not in schemes or not parts.hostname or not plain or not port_fits:
        raise UnsafeAddress(pointer="#/url")
    if not HOST.fullmatch(parts.hostname) or any(character.isspace() for character in url):
        raise UnsafeAddress(pointer="#/url")
    if not allow_private and not _may_be_outside(parts.hostname):
        raise UnsafeAddress(pointer="#/url")


def _may_be_outside(host: str) -> bool:
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return False
    try:
        return is_outside(ip_address(host))
    except ValueError:
        # a name; what ends in a number, such as 2130706433, 127.1 or 0x7f.1, is an address in disguise
        return "." in host and not NUMBER.fullmatch(host.rpartition(".")[2])


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is a global unicast address, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, IPv6Address):
        hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64 or int(address) >> 32 == 0:
            hidden.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if any(inner is not None and not is_outside(inner) for inner in hidden):
            return False
        if address.is_site_local:
            return False
    if any(address in network for network in SPECIAL):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def outside_address(host: str, port: int, *, allow_private: bool) -> str:
    """The address to connect to. All addresses of the name must be outside. Raises Blocked."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            asking = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            found = await loop.run_in_executor(RESOLVERS, asking)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Blocked("the name leads nowhere") from error
    addresses = [str(place[4][0]) for place in found]
    if not addresses:
        raise Blocked("the name leads nowhere")
    if not allow_private and not all(is_outside(ip_address(a.partition("%")[0])) for a in addresses):
        raise Blocked("the name leads inside the network")
    return addresses[0]
