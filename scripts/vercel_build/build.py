"""Runs ``vercel build`` over a clean copy of what is uploaded, and keeps the output until something changes."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aicoach.local import environment
from aicoach.local.errors import LocalError
from aicoach.local.process import Guard, Tell, run_tool, silent
from scripts.vercel_build import sources
from scripts.vercel_build.output import Output
from scripts.vercel_build.tools import FOLDER, Missing, Tools, prepare, registries_answer

BUILDS: Final = FOLDER / "builds"
LOG: Final = FOLDER / "build.log"
#: What `vercel link` would have written: names that exist nowhere, so that nothing could be sent there.
_PROJECT: Final = {"projectId": "prj_here", "orgId": "team_here", "settings": {"framework": "services"}}
_KEPT: Final = 2


def build(tell: Tell = silent) -> Output:
    """The output for the files as they are now; Missing when this machine cannot build, LocalError when it fails."""
    tools, names = prepare(tell), sources.uploaded()
    stamp = f"{sources.fingerprint(names)} {tools.python} {tools.node.version} {_own_sources()}"
    place = BUILDS / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    with _one_at_a_time():
        if not place.exists():
            tell("  vercel    building (a minute)")
            _build(tools, names, place)
            _forget_older()
    return Output(place)


def _build(tools: Tools, names: Sequence[str], place: Path) -> None:
    # Far from the checkout: below one, the CLI asks its account to which project the repository belongs.
    with tempfile.TemporaryDirectory(prefix="aicoach-vercel-") as folder:
        work = Path(folder)
        sources.copy(names, work)
        (work / ".vercel" / "python" / "cache").mkdir(parents=True)
        (work / ".vercel" / "project.json").write_text(json.dumps(_PROJECT))
        # Packages are fetched once per machine, not once per build.
        (FOLDER / "uv-cache").mkdir(exist_ok=True)
        (work / ".vercel" / "python" / "cache" / "uv").symlink_to(FOLDER / "uv-cache")
        _run(tools, work)
        half = place.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        half.parent.mkdir(exist_ok=True)
        Output(work / ".vercel" / "output").keep(work, half)
        half.rename(place)


def _run(tools: Tools, work: Path) -> None:
    # A home without a login: nothing could be asked in anybody's name.
    nobody = FOLDER / "nobody"
    argv = [str(tools.node.binary), str(tools.cli), "build", "--yes", "--global-config", str(nobody)]
    env = tools.node.env(environment.base()) | {
        "CI": "1",
        "NO_COLOR": "1",
        "NO_UPDATE_NOTIFIER": "1",
        "VERCEL_TELEMETRY_DISABLED": "1",
        "npm_config_prefer_offline": "true",
        "UV_PYTHON_PREFERENCE": "only-system",
        "UV_SYSTEM_CERTS": "1",  # behind a company's proxy, only the machine's own certificates vouch for PyPI
    }
    env["PATH"] = os.pathsep.join([str(tools.python.parent), str(tools.bin), env["PATH"]])
    guard = Guard()
    try:
        run_tool("vercel build", argv, env, work, LOG, guard)
    except LocalError as error:
        if not registries_answer(tools.node):
            raise Missing("npm's and Python's registries do not answer, and a build installs packages.") from error
        raise
    finally:
        guard.close()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (FOLDER / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _forget_older() -> None:
    """Keep the newest builds: somebody may be reading the one before this."""
    newest = sorted(BUILDS.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _own_sources() -> str:
    here = Path(__file__).parent
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(here.glob("*.py")))).hexdigest()
