"""The child: reads password and PDF from standard input, gives up its rights, and prints the statement as JSON."""

import io
import json
import os
import resource
import sys
from typing import Any, Final

_WRONG_PASSWORD: Final = 3
_NOT_A_STATEMENT: Final = 4
_UNREADABLE: Final = 5
_TRANSACTION: Final = ("date", "type", "amount", "units", "nav")
_FUND: Final = ("isin", "name", "balance")
_SCHEME: Final = ("scheme", "rta_code", "isin", "open", "close", "close_calculated")


def main(memory: int, cpu_seconds: int) -> int:
    """Exit code 0 with a statement on standard output, else the reason, and nothing printed."""
    _bind(memory, cpu_seconds)
    sent = sys.stdin.buffer.read()
    end = 4 + int.from_bytes(sent[:4], "big")
    password, pdf = sent[4:end].decode("utf-8", "surrogateescape"), sent[end:]
    del sent
    try:
        statement = _parse(pdf, password)
    except _Refused as refused:
        return refused.code
    except (Exception, RecursionError, MemoryError):  # noqa: BLE001
        # Whatever a hostile file makes the parser raise means the same; its text may hold personal data.
        return _UNREADABLE
    sys.stdout.write(json.dumps(statement, separators=(",", ":")))
    sys.stdout.flush()
    return 0


class _Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _bind(memory: int, cpu_seconds: int) -> None:
    """Bounds the kernel keeps: memory, time, no file written, no core with a password in it, no process started."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    # Root is not bound by this one; a service does not run as root.
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _parse(pdf: bytes, password: str) -> dict[str, Any]:
    # Imported under the limits, and late: the parent imports this package on every start.
    import casparser
    from casparser.exceptions import IncorrectPasswordError, ParserException
    from casparser.parsers import cams_detailed

    cams_detailed.isin_search = _keeping_the_printed_isin(cams_detailed.isin_search)
    try:
        data = casparser.read_cas_pdf(io.BytesIO(pdf), password)
    except IncorrectPasswordError:
        raise _Refused(_WRONG_PASSWORD) from None
    except ParserException:
        raise _Refused(_NOT_A_STATEMENT) from None
    return _without_the_person(data.model_dump(mode="json", by_alias=True))


def _keeping_the_printed_isin(search: Any) -> Any:
    """casparser 1.4.1 looks schemes up by the registrar's code when its list lacks the ISIN that the statement prints:
    a newer scheme loses its ISIN, or gets another scheme's. What is printed is right."""

    def find(name: str, rta: str, code: str, isin: str | None = None) -> tuple[str | None, str | None, str | None]:
        return (isin, None, None) if isin else search(name, rta, code)

    return find


def _without_the_person(data: dict[str, Any]) -> dict[str, Any]:
    """Name, address, e-mail, mobile, PAN, nominees and descriptions never leave this process."""
    told = {name: data[name] for name in ("file_type", "statement_period")} | {
        "parse_warnings": data.get("parse_warnings", [])
    }
    if "accounts" in data:
        return told | {"accounts": [_account(one) for one in data["accounts"]]}
    return told | {
        "cas_type": data.get("cas_type"),
        "folios": [
            {"folio": folio["folio"], "amc": folio["amc"], "schemes": [_scheme(one) for one in folio["schemes"]]}
            for folio in data.get("folios", [])
        ],
    }


def _account(account: dict[str, Any]) -> dict[str, Any]:
    """A depository account: only its funds, and of them only what is held."""
    return {"mutual_funds": [{name: fund[name] for name in _FUND} for fund in account["mutual_funds"]]}


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    rows = [{name: row[name] for name in _TRANSACTION} for row in scheme["transactions"]]
    return {name: scheme[name] for name in _SCHEME} | {"transactions": rows}


if __name__ == "__main__":
    code = main(int(sys.argv[1]), int(sys.argv[2]))
    # Without the interpreter's farewell: a damaged heap must not turn an answer into a crash.
    os._exit(code)
