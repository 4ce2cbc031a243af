"""NAVAll files as AMFI publishes them, with schemes that nobody sells."""

SIX = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date"
EIGHT = "Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Plan;Option;Net Asset Value;Date"
HEADS = ["Open Ended Schemes(Equity Scheme - Flexi Cap Fund)", "Meghdoot Mutual Fund"]


def text(*lines: str, header: str = SIX) -> str:
    """A file as AMFI sends it: CRLF, blank lines between parts."""
    return "\r\n\r\n".join([header, *HEADS, "\r\n".join(lines)]) + "\r\n"
