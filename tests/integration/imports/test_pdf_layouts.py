"""The registrars' layouts and ciphers: pages that our tests print, opened by pdfium and read by the real casparser."""

import io
import json
from datetime import date

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from aicoach.coaches.goals.statements import Statement, read_cas
from aicoach.tools.cas_pdf import PdfReader, PdfRefusal, PdfRefused
from tests.fixtures.statements import people
from tests.fixtures.statements.printed import Folio, Row, Scheme, print_statement
from tests.fixtures.statements.samples import COUNTED, FLEXI, FOLIOS
from tests.fixtures.statements.sealed import Aes256
from tests.integration.imports.conftest import Upload
from tests.integration.imports.test_import_api import counts

REGISTRARS = pytest.mark.parametrize("registrar", ["CAMS", "KFINTECH"])
CIPHERS = pytest.mark.parametrize("cipher", [Aes256, StandardEncryption], ids=["AES-256", "RC4-128"])

#: KFintech's own words, and its reversal: printed in parentheses although units come back.
KFINTECH_ROWS = (
    Row(date(2021, 4, 5), "Systematic Investment (1)", "4999.75", "100.000", "49.9975"),
    Row(date(2021, 4, 5), "*** Stamp Duty ***", "0.25"),
    Row(date(2021, 4, 9), "Address Updated from KRA Data"),
    Row(date(2021, 5, 5), "Purchase - Additional", "999.95", "20.000", "49.9975"),
    Row(date(2021, 6, 5), "S T P Out To Meghdoot Liquid Fund", "-500.00", "-10.000", "50.0000"),
    Row(date(2021, 7, 5), "Rejection of Systematic Investment (1)", "-4999.75", "-100.000", "49.9975"),
    Row(date(2021, 8, 5), "IDCW Paid @ Rs.0.50 per unit", "5.00"),
)


async def statement_of(pdf: bytes, password: str = people.PASSWORD) -> Statement:
    return read_cas(json.loads(await PdfReader().read(pdf, password)))


@REGISTRARS
@CIPHERS
async def test_both_registrars_and_ciphers_give_the_same_statement(
    registrar: str, cipher: type[StandardEncryption]
) -> None:
    """One portfolio, printed in either layout under either cipher, is the same lines; only the issuer differs."""
    read = await statement_of(print_statement(FOLIOS, registrar=registrar, cipher=cipher))
    assert read.issuer == registrar
    plain = await statement_of(print_statement(FOLIOS, password=None), "")
    assert (read.period, read.holdings, read.rejected) == (plain.period, plain.holdings, ())
    assert sum(len(holding.lines) for holding in read.holdings) == COUNTED


async def test_what_kfintech_calls_things_is_understood() -> None:
    """S T P letter-spaced is a switch, a rejection takes its instalment back, a payout has no units."""
    folio = Folio("Meghdoot Mutual Fund", people.FOLIO, [Scheme(FLEXI, "Meghdoot Flexi Cap Fund", KFINTECH_ROWS)])
    (holding,) = (await statement_of(print_statement([folio], registrar="KFINTECH"))).holdings
    assert [line.kind for line in holding.lines] == [
        "purchase_sip",
        "stamp_duty_tax",
        "purchase",
        "switch_out",
        "reversal",
        "dividend_payout",
    ]
    assert str(holding.closing) == "10.000"


@CIPHERS
@pytest.mark.parametrize("password", ["", people.PASSWORD.lower(), "पासवर्ड"])
async def test_a_wrong_password_is_named(cipher: type[StandardEncryption], password: str) -> None:
    with pytest.raises(PdfRefused) as refused:
        await PdfReader().read(print_statement(FOLIOS, registrar="KFINTECH", cipher=cipher), password)
    assert refused.value.refusal is PdfRefusal.WRONG_PASSWORD


@CIPHERS
async def test_a_sealed_pdf_that_is_no_statement_is_named(cipher: type[StandardEncryption]) -> None:
    """An invoice, opened with its right password: not the password is wrong with it."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=cipher(people.PASSWORD, ownerPassword="owner", strength=128))
    canvas.drawString(100, 700, "Invoice 12 of Asha's Kirana")
    canvas.save()
    with pytest.raises(PdfRefused) as refused:
        await PdfReader().read(file.getvalue(), people.PASSWORD)
    assert refused.value.refusal is PdfRefusal.NOT_A_STATEMENT


async def test_the_same_transactions_from_the_other_registrar_add_nothing(upload: Upload) -> None:
    """People ask both for a statement: the second one is known already."""
    assert counts(await upload(print_statement(FOLIOS), people.PASSWORD)) == (COUNTED, 0, 2, 0)
    again = await upload(print_statement(FOLIOS, registrar="KFINTECH"), people.PASSWORD)
    assert counts(again) == (0, COUNTED, 0, 0)
    assert again.json()["issuer"] == "KFINTECH"
