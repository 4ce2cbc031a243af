"""``python -m aicoach import``: preview, question, exit codes, and files of any size."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from aicoach.local import environment
from aicoach.local.paths import ROOT
from aicoach.local.stack import Stack
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import print_statement
from tests.fixtures.statements.samples import COUNTED, FOLIOS, HEADER, csv_file, csv_row
from tests.integration.imports.conftest import Stored
from tests.support.people import Person

# VmHWM, not ru_maxrss: the latter starts at what the test runner itself had taken when it forked.
_PEAK = """import re, sys
from aicoach.__main__ import main
code = main(sys.argv[1:])
print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
sys.exit(code)"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Awaitable[Ended]]


@pytest.fixture
def command(stack: Stack) -> Command:
    """Run the command as a person would, in a process of its own."""

    async def run(*words: object, typed: str = "", program: tuple[str, ...] = ("-m", "aicoach")) -> Ended:
        env = {**environment.base(), **stack.env(), "COLUMNS": "200"}
        pipe = asyncio.subprocess.PIPE
        argv = [sys.executable, *program, "import", *map(str, words)]
        child = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=env)
        out, err = await child.communicate(typed.encode())
        assert child.returncode is not None
        return Ended(child.returncode, out.decode(), err.decode())

    return run


async def test_a_statement_is_shown_and_then_imported(
    command: Command, stored: Stored, person: Person, tmp_path: Path
) -> None:
    file = tmp_path / "cas.pdf"
    file.write_bytes(print_statement(FOLIOS))
    words = (file, "--user", person.user_id, "--password-stdin")
    preview = await command(*words, "--dry-run", typed=people.PASSWORD + "\n")
    assert (preview.code, preview.err) == (0, "")
    for text in ("Reading", "100%", "Meghdoot Flexi Cap Fund", f"{COUNTED} to add", "Nothing was written"):
        assert text in preview.out
    assert await stored() == []

    unasked = await command(*words, typed=people.PASSWORD + "\n")
    assert (unasked.code, "--yes" in unasked.out) == (3, True)
    assert await stored() == []

    done = await command(*words, "--yes", typed=people.PASSWORD + "\n")
    assert (done.code, f"Added {COUNTED} transactions" in done.out) == (0, True)
    assert len(await stored()) == COUNTED

    again = await command(*words, "--yes", typed=people.PASSWORD + "\n")
    assert (again.code, "nothing new" in again.out) == (0, True)
    for ended in (preview, unasked, done, again):
        assert not any(canary in ended.out + ended.err for canary in people.CANARIES)


async def test_rejected_rows_name_file_row_and_reason(command: Command, person: Person, tmp_path: Path) -> None:
    file = tmp_path / "funds.csv"
    file.write_bytes(csv_file(csv_row(date(2024, 4, 5)), csv_row(date(2024, 4, 6), amount="lots")))
    ended = await command(file, "--user", person.user_id, "--yes")
    assert ended.code == 4
    assert "funds.csv, row 3: The amount is missing" in ended.out
    assert "Added 1 transactions" in ended.out


async def test_what_cannot_be_imported_says_so_and_fails(command: Command, person: Person, tmp_path: Path) -> None:
    pdf = tmp_path / "cas.pdf"
    pdf.write_bytes(print_statement(FOLIOS))
    wrong = await command(pdf, "--user", person.user_id, "--password-stdin", typed="secret-guess\n")
    assert (wrong.code, wrong.err.strip()) == (1, "The password does not open this PDF")
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    assert (await command(other, "--user", person.user_id)).code == 1
    assert (await command(tmp_path / "none.csv", "--user", person.user_id)).code == 2
    assert (await command(other)).code == 2
    assert (await command(other, "--user", "me")).code == 2


@pytest.mark.slow
async def test_fifty_megabytes_stream_in_bounded_memory(command: Command, tmp_path: Path) -> None:
    """Issue 4, bad input: a 50 MB CSV. Over HTTP it is 413; here it is read as it goes."""
    file = tmp_path / "large.csv"
    rows = 0
    with file.open("w") as out:
        out.write(HEADER + "\n")
        while out.tell() < 50_000_000:
            for _ in range(1000):
                day, units = date(1994, 1, 1) + timedelta(days=rows % 11_000), f"{rows // 11_000 + 1}.{rows % 1000:03}"
                out.write(csv_row(day, units=units) + "Meghdoot Flexi Cap Fund - Direct Plan - Growth\n")
                rows += 1
    ended = await command(file, "--user", uuid4(), "--dry-run", program=("-c", _PEAK))
    assert ended.code == 0, ended.out + ended.err
    assert f"{rows} to add" in ended.out
    peak = int(ended.err.split()[-1]) * 1024
    # The program itself takes about 90 MB; the rows, if they were kept, would take ten times the file.
    assert peak < 250_000_000
