"""Small HTTP questions to our own loopback ports; never through a proxy."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aicoach.local.ports import HOST


@dataclass(frozen=True)
class Answer:
    """Status 0 means that nobody answered."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    port: int, path: str, *, headers: Mapping[str, str] | None = None, body: object = None, timeout: float = 20.0
) -> Answer:
    """GET, or POST when there is a body (sent as JSON)."""
    link = http.client.HTTPConnection(HOST, port, timeout=timeout)
    payload = None if body is None else json.dumps(body)
    kind = {} if body is None else {"content-type": "application/json"}
    try:
        link.request("GET" if body is None else "POST", path, payload, {**(headers or {}), **kind})
        response = link.getresponse()
        return Answer(response.status, response.read())
    except (OSError, http.client.HTTPException):
        return Answer(0, b"")
    finally:
        link.close()
