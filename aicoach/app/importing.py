"""A statement that a person brings: recognised, read, checked against what is known, and added once."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from aicoach.adapters.supabase import SupabaseStore
from aicoach.app.auth.strict_json import loads
from aicoach.app.import_check import BATCH, misfits
from aicoach.app.import_report import Report
from aicoach.coaches.goals.statements import (
    HEAD,
    FileKind,
    Holding,
    Line,
    NotAStatement,
    Numbering,
    Rejected,
    Statement,
    file_kind,
    read_cas,
    read_csv,
)
from aicoach.coaches.goals.statements.words import file_reason
from aicoach.core.errors import CoachError, TooLarge, TooMany, Unavailable
from aicoach.core.model import JsonObject
from aicoach.core.ports import Clock
from aicoach.tools.cas_pdf import PdfReader, PdfRefusal, PdfRefused

INDIA: Final = ZoneInfo("Asia/Kolkata")
MIN_KEY_BYTES: Final = 16
#: A PDF or JSON is read whole. CSV is not bounded here: it is read as it goes.
MAX_WHOLE: Final = 32 * 1024 * 1024

Rows = Sequence[Line | Rejected]


class StatementRefused(CoachError):
    """The file gives nothing to import; the detail says why in our own words."""

    status, code, title = 422, "not_a_statement", "This file is not a statement that can be imported"


class BalancesOnly(StatementRefused):
    """A depository statement, or a summary: no transactions, so no return."""

    code, title = "balances_only", "This statement has no transactions"


class WrongPassword(CoachError):
    """The PDF does not open with this password."""

    status, code, title = 422, "wrong_password", "The password does not open this PDF"


class UnreadablePdf(CoachError):
    """The parser gave up, or had to be stopped: the same file would do it again."""

    status, code, title = 422, "unreadable_pdf", "This PDF cannot be read"


class PdfTooSlow(Unavailable):
    """The parser was stopped at its deadline."""

    code, title = "pdf_too_slow", "Reading this PDF took too long"


class NoFolioKey(Unavailable):
    """Folio numbers are never stored without a key to hash them."""

    title = "Importing is not set up here"


_PDF_REFUSALS: Final = {
    PdfRefusal.WRONG_PASSWORD: WrongPassword,
    PdfRefusal.NOT_A_STATEMENT: StatementRefused,
    PdfRefusal.UNREADABLE: UnreadablePdf,
    PdfRefusal.TOO_SLOW: PdfTooSlow,
    PdfRefusal.BUSY: TooMany,
}
_BALANCES: Final = frozenset(("balances_only", "summary_only"))


class Importer:
    """Imports files for one person at a time; safe to repeat, also after it was cut in the middle."""

    def __init__(self, store: SupabaseStore, pdfs: PdfReader, clock: Clock, folio_key: str) -> None:
        self._store, self._pdfs, self._clock, self._key = store, pdfs, clock, folio_key.encode()

    async def run(self, user_id: UUID, file: BinaryIO, password: str = "", *, dry_run: bool) -> JsonObject:
        """What the file would change, or what it changed. Raises CoachError."""
        if len(self._key) < MIN_KEY_BYTES:
            raise NoFolioKey
        numbering = Numbering(self._key, user_id)
        try:
            return await self._import(user_id, file, password, numbering, dry_run)
        except NotAStatement as error:
            kind = BalancesOnly if error.reason in _BALANCES else StatementRefused
            raise kind(file_reason(error.reason, error.names)) from None

    async def _import(
        self, user_id: UUID, file: BinaryIO, password: str, numbering: Numbering, dry_run: bool
    ) -> JsonObject:
        head = await asyncio.to_thread(file.read, HEAD)
        file.seek(0)
        kind = file_kind(head)
        report = Report(kind, dry_run)
        if kind is FileKind.CSV:
            rows: Iterable[Line | Rejected] = read_csv(file, self._today())
        else:
            statement = await self._statement(kind, file, password)
            report.describe(statement)
            rows = await self._fitting(user_id, statement, report)
        async with aclosing(_batches(rows)) as batches:
            async for batch in batches:
                await self._send(user_id, batch, numbering, report)
        return report.json()

    def _today(self) -> date:
        return self._clock.now().astimezone(INDIA).date()

    async def _send(self, user_id: UUID, batch: Rows, numbering: Numbering, report: Report) -> None:
        lines = [row for row in batch if isinstance(row, Line)]
        report.count(batch)
        if lines:
            sent = await asyncio.to_thread(lambda: [numbering.row(line) for line in lines])
            report.add(await self._store.import_transactions(user_id, sent, dry_run=report.dry_run))

    async def _statement(self, kind: FileKind, file: BinaryIO, password: str) -> Statement:
        data = await asyncio.to_thread(file.read, MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            raise TooLarge
        if kind is FileKind.PDF:
            try:
                data = await self._pdfs.read(data, password)
            except PdfRefused as refused:
                raise _refusal(refused.refusal) from None
        return await asyncio.to_thread(lambda: read_cas(_json(data)))

    async def _fitting(self, user_id: UUID, statement: Statement, report: Report) -> Rows:
        """Lines of all schemes that fit what is known from earlier files; the others are rejected."""
        unfit = await misfits(self._store, user_id, statement, lambda: Numbering(self._key, user_id))
        taken = [holding for at, holding in enumerate(statement.holdings) if at not in unfit]
        report.list_schemes(taken)
        lost = [_rejected(statement.holdings[at], reason) for at, reason in unfit.items()]
        return [*statement.rejected, *lost, *(line for holding in taken for line in holding.lines)]


def _refusal(refusal: PdfRefusal) -> CoachError:
    if refusal is PdfRefusal.NOT_A_STATEMENT:
        return StatementRefused(file_reason("not_a_statement"))
    return _PDF_REFUSALS[refusal](retry_after=10 if refusal is PdfRefusal.BUSY else None)


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
