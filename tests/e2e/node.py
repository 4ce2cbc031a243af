"""Runs the façade's own tools with the Node that the stack uses."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aicoach.local import environment
from aicoach.local.node import find_node
from aicoach.local.paths import WEB

PLAYWRIGHT: Final = Path("node_modules/@playwright/test/cli.js")
VITEST: Final = Path("node_modules/vitest/vitest.mjs")


def run(program: Path, *args: str, env: Mapping[str, str] | None = None, timeout: float = 120) -> str:
    """Everything the program wrote; fails the test with it when the program failed."""
    base = environment.base() if env is None else env
    node = find_node(base.get("PATH"))
    done = subprocess.run(
        [str(node.binary), str(program), *args],
        cwd=WEB,
        env={**node.env(base), "CI": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output
