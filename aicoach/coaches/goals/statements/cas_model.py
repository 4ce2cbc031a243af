"""What casparser 1.4 makes of a statement, as far as it is imported; everything else is dropped unread."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from aicoach.coaches.goals.statements.judge import KINDS

Text = Annotated[str, Field(max_length=500)]
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=25)]


class Part(BaseModel):
    """Only what is imported; everything else, such as PAN and nominees, is dropped unread."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CasTransaction(Part):
    date: Text
    type: Text
    amount: Number | None = None
    units: Number | None = None
    nav: Number | None = None

    @property
    def kind(self) -> str:
        kind = self.type.lower()
        return kind if kind in KINDS else "unknown"

    @property
    def is_tax(self) -> bool:
        """Money without units that is taken, or given back with a minus."""
        return self.kind.endswith("_tax")

    @property
    def is_notice(self) -> bool:
        """A change of address, a nomination: dated, without money or units."""
        return not self.amount and not self.units


class CasScheme(Part):
    scheme: Text
    rta_code: Text = ""
    isin: Text | None = None
    open: Number
    close: Number
    close_calculated: Number
    transactions: list[CasTransaction]

    @property
    def label(self) -> str:
        """How casparser's warnings begin that are about this scheme."""
        return f"{self.scheme!r} [{self.rta_code}]"


class CasFolio(Part):
    folio: Text
    amc: Text
    schemes: list[CasScheme]


class CasPeriod(Part):
    from_: Text = Field(alias="from")
    to: Text


class Cas(Part):
    file_type: Text
    cas_type: Text
    statement_period: CasPeriod
    folios: list[CasFolio]
    parse_warnings: list[str] = []
