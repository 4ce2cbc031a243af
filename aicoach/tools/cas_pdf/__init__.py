"""A consolidated account statement as PDF, read by casparser in a process of its own: the file is a stranger's."""

import asyncio
import importlib.util
import os
import sys
import threading
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[3]
_CHUNK: Final = 64 * 1024


class PdfRefusal(StrEnum):
    """Why a PDF gave no statement."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    NOT_A_STATEMENT = "not_a_statement"
    UNREADABLE = "unreadable"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


class PdfRefused(Exception):
    """Holds nothing of the file and nothing of the password."""

    def __init__(self, refusal: PdfRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


#: Exit codes of the child; any other, and any signal, means that it could not read the file.
EXIT_CODES: Final = {3: PdfRefusal.WRONG_PASSWORD, 4: PdfRefusal.NOT_A_STATEMENT}


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """What one file may cost: seconds by the clock, bytes of address space, bytes of answer."""

    seconds: float = 60.0
    memory: int = 1536 * 1024 * 1024
    answer: int = 32 * 1024 * 1024


class PdfReader:
    """Reads statements, at most ``at_once`` of them at a time in this process."""

    def __init__(self, limits: PdfLimits | None = None, at_once: int = 2) -> None:
        self._limits = limits or PdfLimits()
        self._places = threading.BoundedSemaphore(at_once)

    async def read(self, pdf: bytes, password: str) -> bytes:
        """The statement as casparser's JSON without who it belongs to; raises PdfRefused and nothing else.

        The password goes through a pipe: it is in no argument, environment or file. Nothing is written to disk.
        """
        if importlib.util.find_spec("casparser") is None:
            # An extra of 70 MB: the serverless function does without it.
            raise PdfRefused(PdfRefusal.UNAVAILABLE)
        if not self._places.acquire(blocking=False):
            raise PdfRefused(PdfRefusal.BUSY)
        try:
            return await self._read(pdf, password.encode("utf-8", "surrogateescape"))
        finally:
            self._places.release()

    async def _read(self, pdf: bytes, password: bytes) -> bytes:
        child = await asyncio.create_subprocess_exec(
            *self._command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=_ROOT, env=_environment()
        )
        try:
            async with asyncio.timeout(self._limits.seconds):
                sent = len(password).to_bytes(4, "big") + password + pdf
                _, answer = await asyncio.gather(_send(child, sent), _receive(child, self._limits.answer))
                code = await child.wait()
        except TimeoutError:
            raise PdfRefused(PdfRefusal.TOO_SLOW) from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if code != 0:
            raise PdfRefused(EXIT_CODES.get(code, PdfRefusal.UNREADABLE))
        return answer

    def _command(self) -> Sequence[str]:
        cpu = int(self._limits.seconds) + 1
        return (sys.executable, "-m", "aicoach.tools.cas_pdf", str(self._limits.memory), str(cpu))


def _environment() -> dict[str, str]:
    """Where modules are, and none of the service's secrets."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


async def _send(child: Process, data: bytes) -> None:
    pipe: Any = child.stdin
    try:
        pipe.write(data)
        await pipe.drain()
        pipe.close()
        await pipe.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        # It ended before it had read everything: its exit code says why.
        return


async def _receive(child: Process, limit: int) -> bytes:
    pipe: Any = child.stdout
    answer = bytearray()
    while chunk := await pipe.read(_CHUNK):
        answer += chunk
        if len(answer) > limit:
            raise PdfRefused(PdfRefusal.UNREADABLE)
    return bytes(answer)
