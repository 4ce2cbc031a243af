"""Which way money and units go, by the kind of a transaction on an Indian mutual-fund statement."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Direction:
    """Signs for the person: +1 money received or units gained, -1 money paid or units given, 0 neither.

    ``internal`` money stays with the person, in another scheme. ``priced`` rows carry an amount, which is above
    zero even where it moves no money.
    """

    cash: int
    units: int
    internal: bool = False
    priced: bool = True


#: A kind that is not here says too little to be counted (misc, unknown). Stamp duty comes out of an instalment
#: beside its purchase row; securities transaction tax is already taken off the redemption row.
DIRECTIONS: Final[dict[str, Direction]] = {
    "purchase": Direction(-1, +1),
    "purchase_sip": Direction(-1, +1),
    "redemption": Direction(+1, -1),
    "reversal": Direction(+1, -1),
    "switch_in": Direction(-1, +1, internal=True),
    "switch_in_merger": Direction(-1, +1, internal=True),
    "switch_out": Direction(+1, -1, internal=True),
    "switch_out_merger": Direction(+1, -1, internal=True),
    "gift_in": Direction(-1, +1),
    "gift_out": Direction(+1, -1),
    "dividend_payout": Direction(+1, 0),
    "dividend_reinvest": Direction(0, +1, priced=False),
    "segregation": Direction(0, +1, priced=False),
    "stamp_duty_tax": Direction(-1, 0),
    "tds_tax": Direction(-1, 0),
    "stt_tax": Direction(0, 0),
}

#: What a depository statement says is held, without what was paid. No file has it as a transaction.
BALANCE: Final = "balance"
COUNTED: Final[dict[str, Direction]] = {**DIRECTIONS, BALANCE: Direction(0, +1, priced=False)}
