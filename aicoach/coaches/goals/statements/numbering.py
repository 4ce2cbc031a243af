"""What names a line for ever: the folio's keyed hash and mask, and a key that is the same in every file."""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from aicoach.coaches.goals.statements.fund_houses import fund_house
from aicoach.coaches.goals.statements.model import Line
from aicoach.core.model import JsonObject

_SEPARATOR = "\x1f"


class Numbering:
    """Numbers the lines of one file for one person. Memory grows by about a hundred bytes a line.

    The folio's hash is HMAC-SHA-256 over person, fund house and number: without the key nobody can try out
    numbers, and one folio of two people has two hashes. A line's key hashes what it says and how many equal lines
    came before it in the file, so that two equal instalments of one day count twice, in every file that has both.

    ``stored``: fund house and hash of the person's folios. A house counts by its own name (``fund_house``), except in
    folios that are stored under another one already: the keys of their lines were made with that.
    """

    def __init__(self, folio_key: bytes, user_id: UUID, stored: Iterable[tuple[str, str]] = ()) -> None:
        self._key, self._user = folio_key, str(user_id)
        self._stored = frozenset(stored)
        self._spellings: dict[str, list[str]] = defaultdict(list)
        for amc in sorted({amc for amc, _ in self._stored}):
            self._spellings[fund_house(amc)].append(amc)
        self._folios: dict[tuple[str, str], tuple[str, str]] = {}
        self._seen: Counter[bytes] = Counter()

    def row(self, line: Line) -> JsonObject:
        """The line as ``ai_import_transactions`` takes it: without the folio's number."""
        money = {"amount": plain(line.amount), "units": plain(line.units)}
        folio = self.folio(line.amc, line.folio)
        told = (line.isin, line.day.isoformat(), line.kind, *(value or "" for value in money.values()))
        return (
            folio
            | money
            | {
                "isin": line.isin,
                "date": line.day.isoformat(),
                "kind": line.kind,
                "nav": plain(line.nav),
                "source_key": self._source_key((folio["folio_hash"], *told)),
            }
        )

    def folio(self, amc: str, number: str) -> JsonObject:
        """How a folio is stored."""
        if (amc, number) not in self._folios:
            self._folios[amc, number] = self._known_as(amc, number)
        house, folio_hash = self._folios[amc, number]
        return {"amc": house, "folio_hash": folio_hash, "folio_masked": mask(number)}

    def _known_as(self, amc: str, number: str) -> tuple[str, str]:
        """House and hash by which the folio is stored: as this file writes the house, else in any other way."""
        house = fund_house(amc)
        names = (amc, house, *self._spellings.get(house, ()))
        known = ((name, self._hash(name, number)) for name in names)
        return next((folio for folio in known if folio in self._stored), (house, self._hash(house, number)))

    def _hash(self, house: str, number: str) -> str:
        said = _SEPARATOR.join((self._user, house.casefold(), number)).encode()
        return hmac.digest(self._key, said, "sha256").hex()

    def _source_key(self, said: tuple[str, ...]) -> str:
        base = hashlib.sha256(_SEPARATOR.join(said).encode()).digest()
        short = base[:12]
        self._seen[short] += 1
        return hashlib.sha256(base + str(self._seen[short]).encode()).hexdigest()


def mask(number: str) -> str:
    """All but the last four characters as X; of a short number, all but the last two."""
    plain_number = "".join(char for char in number if char.isalnum())
    shown = 4 if len(plain_number) >= 8 else 2
    return "X" * (len(plain_number) - shown) + plain_number[-shown:]


def plain(value: Decimal | None) -> str | None:
    """One text for one value: 5000, never 5000.00 or 5E+3."""
    return None if value is None else format(value.normalize(), "f")
