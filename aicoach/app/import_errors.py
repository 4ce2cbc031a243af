"""Why a file is not imported: one class for each code, each with its status and its words."""

from collections.abc import Sequence
from typing import Final

from aicoach.coaches.goals.statements import NotAStatement
from aicoach.coaches.goals.statements.words import file_reason
from aicoach.core.errors import CoachError, TooMany, Unavailable
from aicoach.tools.cas_pdf import PdfRefusal


class FileRefused(CoachError):
    """Nothing of the file is imported; ``reason`` is a key of reasons.toml, ``names`` are names of our own."""

    def __init__(self, reason: str, names: Sequence[str] = ()) -> None:
        super().__init__(file_reason(reason, names))
        self.reason, self.names = reason, tuple(names)


class StatementRefused(FileRefused):
    """The file gives nothing to import."""

    status, code, title = 422, "not_a_statement", "This file is not a statement that can be imported"


class BalancesOnly(StatementRefused):
    """A registrar's summary: no transactions, so no return, and a detailed statement of the same can be had."""

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


class PdfImportUnavailable(FileRefused):
    """Nothing that reads PDFs is installed here: the extra ``statements`` is missing."""

    status, code, title = 501, "pdf_import_unavailable", "PDF statements cannot be read here"


class NoFolioKey(Unavailable):
    """Folio numbers are never stored without a key to hash them."""

    title = "Importing is not set up here"


_PDF_REFUSALS: Final[dict[PdfRefusal, type[CoachError]]] = {
    PdfRefusal.WRONG_PASSWORD: WrongPassword,
    PdfRefusal.UNREADABLE: UnreadablePdf,
    PdfRefusal.TOO_SLOW: PdfTooSlow,
}


def refusal_of_file(error: NotAStatement) -> CoachError:
    """What a reader's refusal is to a caller."""
    kind = BalancesOnly if error.reason == "summary_only" else StatementRefused
    return kind(error.reason, error.names)


def refusal_of_pdf(refusal: PdfRefusal) -> CoachError:
    """What the PDF reader's refusal is to a caller."""
    if refusal is PdfRefusal.UNAVAILABLE:
        return PdfImportUnavailable(PdfImportUnavailable.code)
    if refusal is PdfRefusal.NOT_A_STATEMENT:
        return StatementRefused("not_a_statement")
    return TooMany(retry_after=10) if refusal is PdfRefusal.BUSY else _PDF_REFUSALS[refusal]()
