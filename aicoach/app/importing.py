"""A statement that a person brings: recognised, read, checked against what is known, and added once."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.auth.strict_json import loads
from aicoach.app.import_check import BATCH, misfits
from aicoach.app.import_errors import NoFolioKey, refusal_of_file, refusal_of_pdf
from aicoach.app.import_report import Report
from aicoach.app.import_sending import Rows, Sending
from aicoach.coaches.goals.statements import (
    HEAD,
    Balances,
    FileKind,
    Holding,
    Line,
    NotAStatement,
    Numbering,
    Rejected,
    Statement,
    file_kind,
    is_depository,
    read_balances,
    read_cas,
    read_csv,
)
from aicoach.coaches.goals.statements.numbering import plain
from aicoach.core.errors import TooLarge
from aicoach.core.model import JsonObject
from aicoach.core.ports import Clock
from aicoach.tools.cas_pdf import PdfReader, PdfRefused

INDIA: Final = ZoneInfo("Asia/Kolkata")
MIN_KEY_BYTES: Final = 16
#: A PDF or JSON is read whole. CSV is not bounded here: it is read as it goes.
MAX_WHOLE: Final = 32 * 1024 * 1024


class Importer:
    """Imports files for one person at a time; safe to repeat, also after it was cut in the middle."""

    def __init__(self, store: SupabaseStore, pdfs: PdfReader, clock: Clock, folio_key: str) -> None:
        self._store, self._pdfs, self._clock, self._key = store, pdfs, clock, folio_key.encode()

    async def run(
        self, user_id: UUID, file: BinaryIO, password: str = "", *, dry_run: bool, allow_duplicates: bool = False
    ) -> JsonObject:
        """What the file would change, or what it changed. Raises CoachError.

        A line that says in other words what an earlier file said is held back unless ``allow_duplicates``.
        """
        if len(self._key) < MIN_KEY_BYTES:
            raise NoFolioKey
        try:
            report = Report(await _kind(file), dry_run)
            read = await self._read(report.kind, file, password)
            if isinstance(read, Balances):
                return await self._keep(user_id, read, report)
            number = partial(Numbering, self._key, user_id, await self._store.list_folios(user_id))
            rows = await self._fitting(user_id, read, report, number) if isinstance(read, Statement) else read
            sending = Sending(self._store, user_id, number(), report, allow_duplicates=allow_duplicates)
            async with aclosing(_batches(rows)) as batches:
                async for batch in batches:
                    await sending.send(batch)
            return report.json()
        except NotAStatement as error:
            raise refusal_of_file(error) from None

    def _today(self) -> date:
        return self._clock.now().astimezone(INDIA).date()

    async def _read(
        self, kind: FileKind, file: BinaryIO, password: str
    ) -> Statement | Balances | Iterable[Line | Rejected]:
        """What the file holds; rows of CSV come while it is read."""
        if kind is FileKind.CSV:
            return read_csv(file, self._today())
        data = await asyncio.to_thread(file.read, MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            raise TooLarge
        if kind is FileKind.PDF:
            try:
                data = await self._pdfs.read(data, password)
            except PdfRefused as refused:
                raise refusal_of_pdf(refused.refusal) from None
        return await asyncio.to_thread(_statement, data)

    async def _keep(self, user_id: UUID, balances: Balances, report: Report) -> JsonObject:
        """Add balances; they are few, and have neither folios nor anything to be told twice."""
        report.describe_balances(balances)
        report.count(balances.rejected)
        held = [{"isin": one.isin, "units": plain(one.units)} for one in balances.held]
        as_of = balances.period[1]
        report.add(await self._store.import_balances(user_id, as_of, held, dry_run=report.dry_run))
        return report.json()

    async def _fitting(
        self, user_id: UUID, statement: Statement, report: Report, number: Callable[[], Numbering]
    ) -> Rows:
        """Lines of all schemes that fit what is known from earlier files; the others are rejected."""
        report.describe(statement)
        unfit = await misfits(self._store, user_id, statement, number)
        taken = [holding for at, holding in enumerate(statement.holdings) if at not in unfit]
        report.list_schemes(taken)
        lost = [_rejected(statement.holdings[at], reason) for at, reason in unfit.items()]
        return [*statement.rejected, *lost, *(line for holding in taken for line in holding.lines)]


async def _kind(file: BinaryIO) -> FileKind:
    head = await asyncio.to_thread(file.read, HEAD)
    file.seek(0)
    return file_kind(head)


def _statement(data: bytes) -> Statement | Balances:
    said = _json(data)
    return read_balances(said) if is_depository(said) else read_cas(said)


def _json(data: bytes) -> Any:
    try:
        return loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        raise NotAStatement("not_a_statement") from None


def _rejected(holding: Holding, reason: str) -> Rejected:
    return Rejected(holding.lines[0].row if holding.lines else 0, reason, len(holding.lines), holding.scheme)


async def _batches(rows: Iterable[Line | Rejected]) -> AsyncGenerator[Rows, None]:
    """Rows in batches, read in a thread: parsing must not hold up other people's requests."""
    iterator = iter(rows)
    while batch := await asyncio.to_thread(lambda: list(islice(iterator, BATCH))):
        yield batch
