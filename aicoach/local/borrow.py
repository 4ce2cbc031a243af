"""For one command: the stack that already runs on this laptop, or a small one of its own until the command ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from aicoach.app.settings import Settings
from aicoach.local.lock import holder
from aicoach.local.ports import Ports
from aicoach.local.stack import Stack, base_home
from aicoach.local.up import home, say


@contextmanager
def borrowed_settings() -> Iterator[Settings]:
    """Settings of `make up` if it runs; else PostgreSQL and Redis are started for the time of the block."""
    ports = Ports.from_env(os.environ)
    if holder(home().lock) is not None:
        yield Settings.from_env(Stack(base_home(), ports).env())
        return
    with Stack(base_home(), ports, parts=("postgres", "redis"), report=say) as stack:
        yield Settings.from_env(stack.env())
