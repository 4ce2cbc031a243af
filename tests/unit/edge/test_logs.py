"""Logs are JSON lines without personal data or secrets, whoever writes them (S0-10.1b; security rows 16, 18)."""

import asyncio
import json
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aicoach.app.logs import bind, bound, configure_logging, hash_user
from tests.support.logs import logging_put_back
from tests.unit.edge.minting import USER, minter

log = logging.getLogger("tests.logs")


class Settings:
    """What logging reads of the settings."""

    def __init__(self, log_level: str = "info") -> None:
        self.log_level = log_level


@pytest.fixture(autouse=True)
def _pipeline() -> Iterator[None]:
    with logging_put_back():
        configure_logging(Settings())
        yield


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Any:
    """Everything logged so far, a record a line."""

    def read() -> list[dict[str, Any]]:
        captured = capsys.readouterr()
        assert captured.err == ""
        assert captured.out.isascii()
        return [json.loads(line) for line in captured.out.split("\n") if line]

    return read


def test_a_record_is_one_line_with_time_level_and_name(written: Any) -> None:
    log.info("run_finished", extra={"status": "completed", "ms": 12.5, "cards": 3, "ok": True, "why": None})
    (line,) = written()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "run_finished", "level": "info", "logger": "tests.logs",
        "status": "completed", "ms": 12.5, "cards": 3, "ok": True, "why": None,
    }  # fmt: skip


def test_what_is_bound_goes_into_every_record_and_is_forgotten_with_its_block(written: Any) -> None:
    with bound(request_id="request-1", session_id=None):
        bind(session_id=USER, user_id=UUID(USER), task="performance", epoch=3)
        log.info("inside")
    log.info("outside")
    inside, outside = written()
    assert {name: inside[name] for name in ("request_id", "session_id", "task", "epoch")} == {
        "request_id": "request-1", "session_id": USER, "task": "performance", "epoch": 3,
    }  # fmt: skip
    assert inside["user"] == hash_user(USER) != USER
    assert outside.keys() == {"event", "level", "logger", "timestamp"}


async def test_tasks_inherit_a_context_but_do_not_share_it(written: Any) -> None:
    async def work(task: str) -> None:
        bind(task=task)
        await asyncio.sleep(0)
        log.info("worked")

    with bound(request_id="request-1"):
        await asyncio.gather(work("a"), work("b"))
        log.info("after")
    # The event loop of the session may speak up in between.
    first, second, after = [line for line in written() if line["logger"] == log.name]
    assert (first["task"], second["task"]) == ("a", "b")
    assert first["request_id"] == second["request_id"] == "request-1"
    assert "task" not in after


def test_a_user_is_hashed_with_a_key() -> None:
    configure_logging(Settings(), user_key="one key")
    one = hash_user(USER)
    configure_logging(Settings(), user_key="another key")
    assert hash_user(USER) != one
    configure_logging(Settings(), user_key="one key")
    assert hash_user(UUID(USER)) == one


TOKEN = minter("owner").token()
PRIVATE = {
    "e-mail": "ravi.k@gmail.com", "PAN": "ABCPD1234Z", "phone": "98765 43210", "Hindi phone": "९८७६५४३२१०",
    "Aadhaar": "2341 2341 2346", "token": TOKEN, "bearer": "Bearer abcdef123456",
    "supabase": "sb_secret_abcdefghijklmnop",
    "openai": "sk-proj-abcdefghijklmnop", "url": "postgres://service:hunter2hunter2@db.example:5432/x",
    "private key": minter("owner").private_pem.strip(),
}  # fmt: skip


@pytest.mark.parametrize("secret", PRIVATE.values(), ids=PRIVATE.keys())
def test_nothing_private_is_written_whichever_way_it_comes(written: Any, secret: str) -> None:
    """Security row 16: message, arguments, fields, nested values, keys, exception text, warnings."""
    core = re.sub(r"Bearer |.*://|@db.*", "", secret)[:400]
    log.info("saw %s here", secret)
    log.info("event", extra={"note": secret, "deep": {"list": [secret, (secret,)], secret: {"x": secret}}})
    log.warning(f"said {secret}")
    try:
        raise ValueError(f"bad value {secret}") from KeyError(secret)
    except ValueError:
        log.exception("failed")
    log.info("bytes", extra={"raw": secret.encode()})
    with bound(note=secret):
        log.info("bound")
    logging.getLogger("uvicorn.error").error("uvicorn says %r", secret)
    logging.getLogger("py.warnings").warning("%s", f"file.py:1: UserWarning: {secret}")
    text = json.dumps(written(), ensure_ascii=False)
    assert core not in text.replace("\\\\n", "\n").replace("\\n", "\n")


@pytest.mark.parametrize("name", ["authorization", "Cookie", "password", "token", "folio", "phone", "set-cookie"])
def test_values_under_private_names_are_removed_unseen(written: Any, name: str) -> None:
    log.info("event", extra={"headers": {name: "abc"}})
    assert written()[0]["headers"] == {name: "[REMOVED]"}


def test_long_numbers_are_read_as_text(written: Any) -> None:
    log.info("event", extra={"a": 9876543210, "b": 1732155520, "c": 10**5000, "d": 12})
    (line,) = written()
    assert (line["a"], line["b"], line["d"]) == ("[PHONE_1]", 1732155520, 12)
    assert line["c"] == "a large number"


FORGED = ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\u2029b", "a\x85b", "a\x00b", "a\x7fb", "a\ud800b", "a\u202eb"]


@pytest.mark.parametrize("text", FORGED, ids=ascii)
def test_one_record_stays_one_line(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Security row 18."""
    log.info(text, extra={"value": text, "deep": [text], "key": {text: 1}})
    log.info("arg %s", text)
    out = capsys.readouterr().out
    assert out.count("\n") == 2
    assert out.isascii()
    assert not any(char < " " or char == "\x7f" for char in out.replace("\n", ""))
    assert json.loads(out.split("\n")[0])["event"]


def test_a_record_that_cannot_be_formatted_is_noted_without_its_arguments(written: Any) -> None:
    class Rude:
        def __str__(self) -> str:
            raise RuntimeError("ABCPD1234Z")

    # Again, for pytest's own handler on the root logger fails loudly at such records.
    configure_logging(Settings())
    log.info("%d items", "ABCPD1234Z")
    log.info("event", extra={"value": Rude()})
    assert [line["event"] for line in written()] == ["log_record_unreadable"] * 2


def test_a_huge_record_is_cut(written: Any) -> None:
    log.info("x" * 1_000_000)
    assert len(written()[0]["event"]) < 40_000


def test_the_level_of_the_settings_holds(written: Any) -> None:
    configure_logging(Settings("warning"))
    log.info("quiet")
    log.warning("loud")
    logging.getLogger("uvicorn.access").info("127.0.0.1 GET /?token=x")
    logging.getLogger("httpx").info("GET https://x/?token=x")
    assert [line["event"] for line in written()] == ["loud"]


def test_what_a_process_said_is_there_although_it_was_killed(tmp_path: Path) -> None:
    """S0-10.1a: written to a file, Python would keep lines back, and SIGKILL would lose them."""
    said = (
        "import logging, os, signal; from types import SimpleNamespace; from aicoach.app.logs import configure_logging;"
        "configure_logging(SimpleNamespace(log_level='info')); logging.info('about_to_die');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with (tmp_path / "log").open("wb") as out:
        subprocess.run([sys.executable, "-c", said], env=buffered, stdout=out, check=False)
    assert json.loads((tmp_path / "log").read_text())["event"] == "about_to_die"


class _Gone:
    """A standard output that nobody can be told anything on."""

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise OSError


def test_nobody_reading_the_log_fails_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed pipe or a full disk loses the line and nothing else."""
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", _Gone())
        log.info("into the void")


def test_a_plain_record_is_cheap(capsys: pytest.CaptureFixture[str]) -> None:
    """About 50 microseconds."""

    def cost() -> float:
        started = time.process_time()
        for _ in range(500):
            log.info("task_committed", extra={"task": "performance", "cards": 2, "ms": 12.5})
        return (time.process_time() - started) / 500

    with bound(request_id="request-1", session_id=USER, epoch=1):
        best = min(cost() for _ in range(5))
    capsys.readouterr()
    assert best < 200e-6
