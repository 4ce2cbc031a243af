"""``python -m aicoach import``: a progress bar, what will change, a question, and then the change."""

import getpass
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from aicoach.app.bootstrap import Container
from aicoach.app.importing import Importer
from aicoach.coaches.goals.statements import HEAD, FileKind, file_kind
from aicoach.core.model import JsonObject
from aicoach.tools.cas_pdf import PdfReader

#: Exit codes beside 0 (all of it was taken), 1 (the file was refused, or it failed) and 2 (a wrong command).
DECLINED: Final = 3
SOME_REJECTED: Final = 4
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What the command was told; without a password, a person at a terminal is asked for one."""

    file: Path
    user_id: UUID
    password: str | None = field(repr=False)
    dry_run: bool
    yes: bool
    allow_duplicates: bool = False


async def import_file(wired: Container, order: Order, console: Console) -> int:
    """Preview, ask, import; the exit code. Raises CoachError for a file that is refused."""
    importer = Importer(wired.store, PdfReader(), wired.clock, wired.settings.folio_key.get_secret_value())
    password = _password(order)
    allow = order.allow_duplicates
    with _opened(order.file, "Reading", console) as file:
        preview = await importer.run(order.user_id, file, password, dry_run=True, allow_duplicates=allow)
    _show(preview, order.file, console)
    outcome = SOME_REJECTED if preview["rejected_rows"] or preview["rejected"] else 0
    if order.dry_run or not preview["added"]:
        console.print("Nothing was written." if order.dry_run else "There is nothing new to write.")
        return outcome
    if not order.yes and not _agreed(console):
        console.print("Nothing was written.")
        return DECLINED
    with _opened(order.file, "Importing", console) as file:
        result = await importer.run(order.user_id, file, password, dry_run=False, allow_duplicates=allow)
    console.print(f"Added {result['added']} {result['holds']}; {result['known']} were there already.")
    return outcome


def _password(order: Order) -> str:
    if order.password is not None:
        return order.password
    with order.file.open("rb") as file:
        is_pdf = file_kind(file.read(HEAD)) is FileKind.PDF
    return getpass.getpass("Password of the PDF (empty for none): ") if is_pdf and sys.stdin.isatty() else ""


def _agreed(console: Console) -> bool:
    if not sys.stdin.isatty():
        console.print("Add --yes to write without being asked.")
        return False
    return console.input("Write this? [y/N] ", markup=False).strip().lower() in ("y", "yes")


@contextmanager
def _opened(path: Path, what: str, console: Console) -> Iterator[BinaryIO]:
    """The file, and a bar that moves as it is read."""
    columns = (SpinnerColumn(), TextColumn(what), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(what, total=max(path.stat().st_size, 1))
        with io.BufferedReader(_Watched(path, lambda at: progress.update(bar, completed=at))) as file:
            yield file


class _Watched(io.FileIO):
    """A file that tells how far it has been read."""

    def __init__(self, path: Path, tell_position: Any) -> None:
        super().__init__(path, "rb")
        self._tell_position = tell_position

    def readinto(self, buffer: Any, /) -> int | None:
        count = super().readinto(buffer)
        self._tell_position(self.tell())
        return count


def _show(preview: JsonObject, file: Path, console: Console) -> None:
    figures = (Column("transactions", justify="right"), Column("units at the end", justify="right"))
    table = Table("scheme", "ISIN", *figures)
    for scheme in preview["schemes"]:
        table.add_row(Text(scheme["name"]), scheme["isin"], str(scheme["transactions"]), scheme["units_close"])
    period = preview["period"]
    when = f", {period['from']} to {period['to']}" if period else ""
    console.print(Text(f"{file.name}: {preview['file_kind']}{when}"))
    console.print(table)
    console.print(
        f"{preview['added']} to add, {preview['known']} known already, {preview['folios_added']} new folios, "
        f"{preview['rejected_rows']} rows rejected."
    )
    warnings = (warning["text"] for warning in preview["warnings"])
    for line in (*_rejections(preview, file), *warnings, *_hint(preview)):
        console.print(Text(line, style="yellow"))


def _hint(preview: JsonObject) -> Iterator[str]:
    if count := preview["likely_duplicates"]:
        yield f"{count} of them look like what is stored already; --allow-duplicates imports them all the same."


def _rejections(preview: JsonObject, file: Path) -> Iterator[str]:
    for row in preview["rejected"][:_SHOWN]:
        more = f" and {row['rows'] - 1} more" if row["rows"] > 1 else ""
        named = f" ({row['scheme']})" if row.get("scheme") else ""
        where = f", row {row['row']}{more}" if row["rows"] else ""
        yield f"{file.name}{where}{named}: {row['reason']}"
    if len(preview["rejected"]) > _SHOWN:
        yield f"{file.name}: {len(preview['rejected']) - _SHOWN} more rejected entries are not shown."
