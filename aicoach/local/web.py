"""The façade: built when its sources changed, then served by Node itself."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from aicoach.local import http
from aicoach.local.errors import LocalError
from aicoach.local.node import find_node, install, only_one_at_a_time
from aicoach.local.paths import WEB
from aicoach.local.ports import HOST
from aicoach.local.process import Guard, Launch, Tell, run_tool, silent

_NEXT = WEB / "node_modules" / "next" / "dist" / "bin" / "next"
_NOT_SOURCES = {"node_modules", ".next", "test-results", "playwright-report", "tests", "e2e"}
_NOT_SOURCE_FILES = (".tsbuildinfo", "next-env.d.ts")


def prepare(env: Mapping[str, str], log: Path, guard: Guard, tell: Tell = silent) -> None:
    """Install and build what is out of date."""
    if not (WEB / "package.json").exists():
        raise LocalError("There is no web/ in this checkout.")
    install(WEB, env, log, guard, tell)
    with only_one_at_a_time():
        stamp, wanted = WEB / ".next" / "aicoach-built", fingerprint(WEB)
        if not stamp.exists() or stamp.read_text() != wanted:
            tell("  web       building (half a minute)")
            node = find_node(env.get("PATH"))
            argv = [str(node.binary), str(_NEXT), "build"]
            run_tool("next build", argv, node.env(env), WEB, log, guard)
            stamp.write_text(wanted)


def launch(port: int, env: Mapping[str, str]) -> Launch:
    node = find_node(env.get("PATH"))
    argv = [str(node.binary), str(_NEXT), "start", "-H", HOST, "-p", str(port)]
    return Launch("web", argv, {**node.env(env), "NODE_ENV": "production"}, WEB, lambda: answers(port))


def answers(port: int) -> bool:
    return 200 <= http.ask(port, "/login", timeout=10).status < 400


def fingerprint(folder: Path) -> str:
    """One hash over names and contents of everything the build reads."""
    total = hashlib.sha256()
    for path in _sources(folder):
        total.update(f"{path.relative_to(folder)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink() and entry.name not in _NOT_SOURCES:
            yield from _sources(entry)
        elif entry.is_file() and not entry.name.endswith(_NOT_SOURCE_FILES):
            yield entry
