"""No test reaches beyond this machine: no model by accident, and never with somebody's own key."""

import os
import sys
from ipaddress import ip_address
from typing import Any

#: Settings of the machine that would let a service find a real model.
_LEAKS = ("OPENAI_", "AICOACH_OPENAI_", "AICOACH_LLM")
#: Addresses outside that something in this process tried to reach; a connection that was tried is refused.
attempts: list[str] = []


def leaked(env: dict[str, str]) -> list[str]:
    """Names in ``env`` that would configure a model."""
    return sorted(name for name in env if name.startswith(_LEAKS))


def close() -> None:
    """Forget the machine's own model, and refuse connections that leave the machine; for the whole process."""
    for name in leaked(dict(os.environ)):
        del os.environ[name]
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_here(str(address[0])):
        attempts.append(str(address[0]))
        raise ConnectionRefusedError(f"a test tried to reach {address[0]}")


def _is_here(host: str) -> bool:
    if host in {"localhost", ""}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
