"""The PDF parser in its own process: what it gives back, and how it ends when a file is hostile.

The statements are printed by our own tests in CAMS's layout and parsed by the real casparser. No statement of a real
registrar is among them: those belong to people.
"""

import asyncio
import io
import json
import zlib
from datetime import date, timedelta

import pytest
from reportlab.pdfgen.canvas import Canvas

from aicoach.coaches.goals.statements import read_cas
from aicoach.tools.cas_pdf import PdfLimits, PdfReader, PdfRefusal, PdfRefused
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import Folio, Row, Scheme, print_statement
from tests.fixtures.statements.samples import COUNTED, FLEXI, FLEXI_SCHEME, FOLIOS, INDEX


async def refusal_of(pdf: bytes, password: str = "", reader: PdfReader | None = None) -> PdfRefusal:
    with pytest.raises(PdfRefused) as refused:
        await (reader or PdfReader()).read(pdf, password)
    assert refused.value.args == (refused.value.refusal.value,)
    return refused.value.refusal


def blank_pdf(text: str = "An invoice") -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(100, 700, text)
    canvas.save()
    return file.getvalue()


def bomb() -> bytes:
    """A page whose content unpacks to 400 MB of drawing."""
    packed = zlib.compress(b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 9_000_000, 9)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    fonts = b"/Resources<</Font<</F1 5 0 R>>>>"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R%b>>endobj\n" % fonts
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\n" % (len(packed), packed)
    font = b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    return head + page + stream + font + b"trailer<</Root 1 0 R>>\n%%EOF"


async def test_a_printed_statement_is_read_and_leaves_the_person_behind() -> None:
    answer = await PdfReader().read(print_statement(FOLIOS), people.PASSWORD)
    for canary in (
        people.PAN,
        people.NAME,
        people.EMAIL,
        people.MOBILE,
        people.ADDRESS,
        people.NOMINEE,
        people.PASSWORD,
    ):
        assert canary.encode() not in answer
    statement = read_cas(json.loads(answer))
    assert [(holding.isin, str(holding.closing)) for holding in statement.holdings] == [
        (FLEXI, "140.000"),
        (INDEX, "26.000"),
    ]
    assert sum(len(holding.lines) for holding in statement.holdings) == COUNTED
    assert (statement.rejected, statement.notices, dict(statement.warnings)) == ((), 1, {"refunds": 2})


async def test_a_statement_without_a_password_opens_with_an_empty_one() -> None:
    assert await PdfReader().read(print_statement(FOLIOS, password=None), "")


@pytest.mark.parametrize("password", ["", "x", "ABCPD1234E", "पासवर्ड", "\x00", "p" * 200])
async def test_a_wrong_password_is_named(password: str) -> None:
    assert await refusal_of(print_statement(FOLIOS), password) is PdfRefusal.WRONG_PASSWORD


@pytest.mark.parametrize("pdf", [b"%PDF-1.7 nothing", b"", b"hello", blank_pdf(), blank_pdf("CAMSCASWS-1")])
async def test_a_pdf_that_is_no_statement_is_named(pdf: bytes) -> None:
    assert await refusal_of(pdf) is PdfRefusal.NOT_A_STATEMENT


async def outcome_of(pdf: bytes) -> PdfRefusal | None:
    """How reading it ended; anything but an answer or a refusal is a defect, and raises."""
    try:
        await PdfReader().read(pdf, "")
    except PdfRefused as refused:
        return refused.refusal
    return None


async def test_a_cut_or_flipped_statement_never_breaks_the_reader() -> None:
    whole = print_statement(FOLIOS, password=None)
    for at in range(1, len(whole), len(whole) // 5):
        assert await outcome_of(whole[:at]) not in {PdfRefusal.TOO_SLOW, PdfRefusal.BUSY}
        flipped = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        assert await outcome_of(flipped) not in {PdfRefusal.TOO_SLOW, PdfRefusal.BUSY}


async def test_a_parser_that_hangs_is_killed_at_the_deadline() -> None:
    """A thousand pages take far longer than the fifth of a second that this reader gives."""
    rows = [Row(date(2000, 1, 1) + timedelta(days=day), "Purchase", "100.00", "1.000", "100.0") for day in range(8000)]
    pdf = print_statement(
        [Folio("Meghdoot Mutual Fund", people.FOLIO, (Scheme(FLEXI, "A Fund", rows),))], password=None
    )
    reader = PdfReader(PdfLimits(seconds=0.2), at_once=1)
    assert await refusal_of(pdf, reader=reader) is PdfRefusal.TOO_SLOW
    # Its place is free again, which says that the child is gone.
    assert await refusal_of(pdf, reader=reader) is PdfRefusal.TOO_SLOW


async def test_a_pdf_that_eats_memory_ends_its_own_process_only() -> None:
    reader = PdfReader(PdfLimits(seconds=30, memory=256 * 1024 * 1024))
    assert await refusal_of(bomb(), reader=reader) is not PdfRefusal.TOO_SLOW


async def test_a_parser_without_memory_is_an_unreadable_file() -> None:
    reader = PdfReader(PdfLimits(memory=48 * 1024 * 1024))
    assert await refusal_of(print_statement(FOLIOS), people.PASSWORD, reader) is PdfRefusal.UNREADABLE


async def test_an_answer_beyond_its_limit_is_refused() -> None:
    reader = PdfReader(PdfLimits(answer=100))
    assert await refusal_of(print_statement(FOLIOS), people.PASSWORD, reader) is PdfRefusal.UNREADABLE


async def test_one_file_more_than_there_are_places_is_told_to_wait() -> None:
    reader = PdfReader(at_once=1)
    pdf = print_statement(FOLIOS)
    first = asyncio.create_task(reader.read(pdf, people.PASSWORD))
    await asyncio.sleep(0)
    assert await refusal_of(pdf, people.PASSWORD, reader) is PdfRefusal.BUSY
    assert await first


async def test_a_cancelled_request_leaves_no_process() -> None:
    reader = PdfReader(at_once=1)
    task = asyncio.create_task(reader.read(print_statement(FOLIOS), people.PASSWORD))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await reader.read(print_statement([Folio("Meghdoot MF", people.FOLIO, (FLEXI_SCHEME,))]), people.PASSWORD)
