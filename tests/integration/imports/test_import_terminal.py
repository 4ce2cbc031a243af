"""``python -m aicoach import`` at a terminal: it asks for the password unseen, shows what it does, and asks again."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FOLIOS
from tests.integration.imports.conftest import Stored
from tests.support.people import Person

#: Gives the command a terminal of its own, from a process without threads: forking this one would not be safe.
_TERMINAL: Final = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """What a person sees, and what they type."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._child, self._keys, self._screen = child, child.stdin, child.stdout
        self.drawn = ""

    @property
    def text(self) -> str:
        """What can be read, without colours and movements."""
        return _CONTROL.sub("", self.drawn)

    async def answer(self, question: str, typed: str) -> None:
        """Type when the question stands there, and not before: a password typed earlier would be shown."""
        while question not in self.text:
            assert await self._read(), self.text
        self._keys.write(typed.encode() + b"\n")

    async def end(self) -> int:
        """The exit code, after everything was shown."""
        while await self._read():
            continue
        return await self._child.wait()

    async def _read(self) -> bytes:
        data = await self._screen.read(4096)
        self.drawn += data.decode(errors="replace")
        return data


@pytest.fixture
async def terminal(stack: Stack, person: Person, tmp_path: Path) -> AsyncIterator[Terminal]:
    """The import of a PDF that somebody has started at a terminal."""
    file = tmp_path / "cas.pdf"
    file.write_bytes(print_statement(FOLIOS, registrar="KFINTECH"))
    command = [sys.executable, "-m", "aicoach", "import", str(file), "--user", str(person.user_id)]
    async with _started(command, {**environment.base(), **stack.env(), "COLUMNS": "200"}) as child:
        yield Terminal(child)


@asynccontextmanager
async def _started(command: list[str], env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    argv = (sys.executable, "-c", _TERMINAL, *command)
    child = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, cwd=ROOT, env=env)
    try:
        async with asyncio.timeout(60):
            yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def test_a_person_types_the_password_unseen_and_says_yes(terminal: Terminal, stored: Stored) -> None:
    """A bar, the preview, the question, the result; the password is nowhere on the screen."""
    await terminal.answer("Password of the PDF", people.PASSWORD)
    await terminal.answer("Write this?", "y")
    assert await terminal.end() == 0
    shown = ("Reading", "━", "100%", "Meghdoot Flexi Cap Fund", f"{COUNTED} to add", f"Added {COUNTED} transactions")
    assert [text for text in shown if text not in terminal.text] == []
    # Drawn more than once, in place: a bar that moves.
    assert terminal.drawn.count("Reading") > 1
    assert "\x1b[" in terminal.drawn
    assert not any(canary in terminal.text for canary in people.CANARIES)
    assert len(await stored()) == COUNTED


async def test_a_person_who_says_nothing_writes_nothing(terminal: Terminal, stored: Stored) -> None:
    """The question's default is no."""
    await terminal.answer("Password of the PDF", people.PASSWORD)
    await terminal.answer("Write this?", "")
    assert await terminal.end() == 3
    assert "Nothing was written" in terminal.text
    assert await stored() == []


async def test_a_wrong_password_is_told_at_the_terminal(terminal: Terminal, stored: Stored) -> None:
    await terminal.answer("Password of the PDF", "not-the-password")
    assert await terminal.end() == 1
    assert "The password does not open this PDF" in terminal.text
    assert "not-the-password" not in terminal.text
    assert await stored() == []
