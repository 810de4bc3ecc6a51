"""Whether a container engine is there, asked without its client, which leaks a socket when none is."""

import os
import socket
from urllib.parse import urlsplit

ASK_LIMIT_S = 3.0


def engine_answers() -> bool:
    """Somebody listens where DOCKER_HOST says, or at the usual socket."""
    host = urlsplit(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
    on_socket_file = host.scheme == "unix"
    with socket.socket(socket.AF_UNIX if on_socket_file else socket.AF_INET) as asking:
        asking.settimeout(ASK_LIMIT_S)
        try:
            asking.connect(host.path if on_socket_file else (host.hostname, host.port or 2375))
        except OSError:
            return False
    return True
