"""The programs that build and check a deployment, installed once into the checkout's tools."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aicoach.local import environment, node
from aicoach.local.errors import LocalError
from aicoach.local.paths import TOOLS
from aicoach.local.process import Guard, Tell, run_tool, silent

VERCEL: Final = "60.0.0"
#: The host's Python, named in .python-version.
PYTHON: Final = (3, 12)
FOLDER: Final = TOOLS / "vercel"
_REQUIREMENTS: Final = Path(__file__).parent / "requirements.txt"
_LOG: Final = FOLDER / "install.log"
_CLI: Final = FOLDER / "cli" / "node_modules" / "vercel" / "dist" / "vc.js"


class Missing(LocalError):
    """This machine lacks something that a build needs, and it is not the project's fault."""


@dataclass(frozen=True)
class Tools:
    """Where the programs are: a Python 3.12, the folder with ``uv`` and the linters, and the host's own CLI."""

    python: Path
    bin: Path
    cli: Path
    node: node.Node


def python312() -> Path:
    """A Python 3.12 of this machine; Missing when there is none."""
    names = [sys.executable, "python3.12", *map(str, Path.home().glob(".pyenv/versions/3.12*/bin/python3.12"))]
    ask = f"import sys; print(sys._base_executable if sys.version_info[:2] == {PYTHON} else '')"
    for name in names:
        found = shutil.which(name)
        answer = found and subprocess.run([found, "-c", ask], capture_output=True, text=True, check=False).stdout
        if answer and answer.strip():
            return Path(answer.strip()).resolve()
    raise Missing("There is no Python 3.12 on PATH: the host runs 3.12, and so must who builds for it.")


def prepare(tell: Tell = silent) -> Tools:
    """Everything that ``vercel build`` needs; Missing when this machine cannot have it."""
    python, programs, tool = python312(), linters(tell), node.find_node(os.environ.get("PATH"))
    argv = [str(tool.binary), str(tool.npm), "install", "--no-save", "--ignore-scripts", f"vercel@{VERCEL}"]
    _once("cli", f"vercel {VERCEL} {tool.version}", [argv], tool.env(environment.base()), tell)
    return Tools(python, programs, _CLI, tool)


def linters(tell: Tell = silent) -> Path:
    """The folder with ``uv``, ``hadolint`` and a ``python`` that has ``compose_spec``; Missing as above."""
    place = FOLDER / "python"
    pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    steps = [[sys.executable, "-m", "venv", "--clear", str(place)], [*pip, "install", "-q", "-r", str(_REQUIREMENTS)]]
    _once("python", _REQUIREMENTS.read_text() + sys.version, steps, environment.base(), tell)
    return place / "bin"


def registries_answer(tool: node.Node) -> bool:
    """True when packages of npm and of Python can be fetched: then a failed installation is our own fault."""
    env = tool.env(environment.base())
    with tempfile.TemporaryDirectory() as folder:
        asks = [
            [str(tool.binary), str(tool.npm), "view", f"vercel@{VERCEL}", "version"],
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", folder, "six"],
        ]
        return all(
            not subprocess.run(ask, env=env, cwd=folder, capture_output=True, check=False).returncode for ask in asks
        )


def _once(name: str, wanted: str, steps: Sequence[list[str]], env: Mapping[str, str], tell: Tell) -> None:
    """Carry out the steps unless that was done; Missing when they fail because there is no registry."""
    folder, mark = FOLDER / name, hashlib.sha256(wanted.encode()).hexdigest()
    stamp = folder / "aicoach-installed"
    with node.only_one_at_a_time():
        if stamp.exists() and stamp.read_text() == mark:
            return
        tell(f"  {name:<9} installing what builds a deployment (half a minute)")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        guard = Guard()
        try:
            for step in steps:
                run_tool(name, step, env, folder, _LOG, guard)
        except LocalError as error:
            if not registries_answer(node.find_node(os.environ.get("PATH"))):
                raise Missing("npm's and Python's registries do not answer from this machine.") from error
            raise
        finally:
            guard.close()
        stamp.write_text(mark)
