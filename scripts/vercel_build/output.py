"""Reads what ``vercel build`` left: services, functions, routes and static files (Build Output API v3)."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

#: What a function of a Python service is called, after the framework.
PYTHON_FUNCTION: Final = "fastapi"


@dataclass(frozen=True)
class Function:
    """One function: its settings, and its files by their names in the function."""

    service: str
    name: str
    settings: Mapping[str, Any]
    folder: Path

    @property
    def files(self) -> Sequence[str]:
        """The names of its files, below the root of the function."""
        own = [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]
        return sorted({*own, *self.settings.get("filePathMap", ())} - {".vc-config.json"})

    @property
    def bytes(self) -> int:
        """The size of its files, unpacked; for a kept one."""
        return sum((self.folder / name).stat().st_size for name in self.files)


class Output:
    """One build: the host's configuration, and per service functions and static files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """Public routes, crons and services."""
        return _read(self.folder / "config.json")

    @cached_property
    def services(self) -> Sequence[str]:
        """The names of the services that were built."""
        return sorted(path.name for path in (self.folder / "services").iterdir())

    @cached_property
    def functions(self) -> Sequence[Function]:
        """Every function of every service; a link is a second name of the function it points to."""
        found = []
        for service in self.services:
            root = self.folder / "services" / service / "functions"
            for path in sorted(root.rglob("*.func")):
                name = str(path.relative_to(root)).removesuffix(".func")
                found.append(Function(service, name, _read(path / ".vc-config.json"), path))
        return found

    def function(self, service: str, name: str = PYTHON_FUNCTION) -> Function:
        """One function by its names."""
        return next(each for each in self.functions if (each.service, each.name) == (service, name))

    @property
    def static(self) -> Sequence[str]:
        """Every file that is served as it is, with its service: ``web/static/_next/…``."""
        roots = [self.folder / "static", *(self.folder / "services" / name / "static" for name in self.services)]
        return [
            str(path.relative_to(root.parent.parent))
            for root in roots
            for path in sorted(root.rglob("*"))
            if path.is_file()
        ]

    def keep(self, work: Path, place: Path) -> None:
        """Move the build to ``place``; Python functions are completed there, with their files from ``work``."""
        shutil.move(self.folder, place)
        for function in Output(place).functions:
            if function.settings["runtime"].startswith("python"):
                for name, source in function.settings["filePathMap"].items():
                    target = function.folder / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    _place(work / source, target)
                remaining = {key: value for key, value in function.settings.items() if key != "filePathMap"}
                (function.folder / ".vc-config.json").write_text(json.dumps(remaining))


def _place(source: Path, target: Path) -> None:
    """A second name for the file where that is possible: four functions share their packages."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _read(path: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(path.read_text())
    return content
