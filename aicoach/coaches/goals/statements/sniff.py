"""What kind of file this is, by its first bytes; its name and media type are only claims."""

from enum import StrEnum
from typing import Final

#: PDF readers, and pdfium, look for the mark this far into a file (ISO 32000-1, annex H.3.4.1).
HEAD: Final = 1024


class FileKind(StrEnum):
    """How a file is read."""

    PDF = "cas_pdf"
    JSON = "cas_json"
    CSV = "csv"


def file_kind(head: bytes) -> FileKind:
    """The kind by the first ``HEAD`` bytes; whatever is neither PDF nor JSON is tried as CSV."""
    if b"%PDF-" in head[:HEAD]:
        return FileKind.PDF
    return FileKind.JSON if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) else FileKind.CSV
