"""Lets a test configure logging as a deployment does, and gives the machine its own handlers back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logging_put_back() -> Iterator[None]:
    """Whatever happens to the root logger in here is undone afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers, root.level = handlers, level
