"""Which port each part listens on, and one clear sentence when somebody else has it."""

import random
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from aicoach.local.errors import LocalError

HOST = "127.0.0.1"
# Below the range kernels hand to outgoing connections, so that a port stays free while its part restarts.
_FREE_RANGE = range(10_240, 30_000)
_PART_OF = {"web": "web", "service": "service", "db": "postgres", "rest": "lite", "kv": "redis", "model": "model"}


def setting(name: str) -> str:
    """The environment variable that chooses the port `name`."""
    return f"AICOACH_PORT_{name.upper()}"


@dataclass(frozen=True)
class Ports:
    """One loopback port per part; the defaults are those of `make up`."""

    web: int = 3000
    service: int = 8000
    db: int = 54322
    rest: int = 54321
    kv: int = 6390
    model: int = 8089

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Ports":
        """The ports chosen by AICOACH_PORT_*; raises LocalError for what is no port."""
        return cls(
            **{f.name: _port(setting(f.name), env[setting(f.name)]) for f in fields(cls) if setting(f.name) in env}
        )

    @classmethod
    def free(cls) -> "Ports":
        """Six ports that nobody listens on now, for stacks beside the main one."""
        names = [f.name for f in fields(cls)]
        found: dict[str, int] = {}
        while len(found) < len(names):
            port = random.choice(_FREE_RANGE)
            if port not in found.values() and is_free(port):
                found[names[len(found)]] = port
        return cls(**found)

    def require_free(self, parts: Iterable[str]) -> None:
        """Raise LocalError naming the setting of the first port that is taken or given out twice."""
        chosen: dict[int, str] = {}
        for name, part in _PART_OF.items():
            if part not in parts:
                continue
            port: int = getattr(self, name)
            if port in chosen:
                raise LocalError(f"Port {port} is given to two parts: {setting(chosen[port])} and {setting(name)}.")
            if not is_free(port):
                raise LocalError(_taken(port, name, part))
            chosen[port] = name


def is_free(port: int) -> bool:
    """Whether a listener could be opened on this loopback port right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _taken(port: int, name: str, part: str) -> str:
    free = next((p for p in range(port + 1, min(port + 100, 65_536)) if is_free(p)), None)
    hint = f"{setting(name)}={free} make up" if free else f"{setting(name)}"
    return f"Port {port} (for {part}) is taken. Stop the program that uses it, or choose another: {hint}"


def _port(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535:
        return int(text)
    raise LocalError(f"{name} must be a port number from 1 to 65535, not {text!r}.")
