"""`make up`: the whole stack in the foreground, until Ctrl-C or until a part fails."""

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from aicoach.local import environment
from aicoach.local.errors import LocalError
from aicoach.local.paths import ROOT, Home
from aicoach.local.ports import Ports
from aicoach.local.stack import PARTS, Stack, base_home

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """Somebody asked us to stop."""


def up() -> None:
    """Start, tell where to go, watch, and stop; raises LocalError when a part fails."""
    began, parent = time.monotonic(), os.getppid()
    ports = Ports.from_env(os.environ)
    stack = Stack(base_home(), ports, chosen_parts(os.environ), environment.chosen_by_person(), report=say)
    try:
        with told_to_end(), stack:
            say(f"  {'':<9} all up in {time.monotonic() - began:.1f} s")
            say(welcome(stack))
            watch(stack, parent)
    except Ended:
        say("Everything is stopped.")


def chosen_parts(env: Mapping[str, str]) -> Sequence[str]:
    """AICOACH_PARTS, such as postgres,redis,lite,service beside a `next dev` of your own; all of them by default."""
    if env.get("AICOACH_PARTS"):
        return [name.strip() for name in env["AICOACH_PARTS"].split(",")]
    return [name for name in PARTS if name != "model" or env.get("AICOACH_LLM") == "scripted"]


def watch(stack: Stack, parent: int) -> None:
    """Return only by an exception: asked to end, or a part that died."""
    while True:
        dead = stack.dead_part()
        if dead is not None:
            raise LocalError(f"{dead.epitaph()}\nEverything else was stopped.")
        # make dies without a word when it is killed; nobody could stop us with Ctrl-C any more.
        if "MAKELEVEL" in os.environ and os.getppid() != parent:
            raise Ended
        time.sleep(0.2)


def welcome(stack: Stack) -> str:
    logins = [f"    {u.name:<12} {u.email:<24} password {u.password}" for u in stack.demo_users]
    lines = ["", f"  Open {stack.web_url} and press Run Coach. Two people to try it as:", "", *logins, ""]
    logs = stack.home.logs
    return "\n".join([*lines, f"  Logs: {logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs}"])


@contextmanager
def told_to_end() -> Iterator[None]:
    """Turn the ending signals into Ended, once; while we stop, further ones change nothing."""

    def end(number: int, frame: FrameType | None) -> None:
        for signum in _ENDING:
            signal.signal(signum, signal.SIG_IGN)
        # Nothing is printed here: the signal may have come in the middle of a print.
        raise Ended

    before = {signum: signal.signal(signum, end) for signum in _ENDING}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def home() -> Home:
    return Home(base_home().resolve())


def say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:
        # Whoever read our output is gone (a closed terminal); the stack must still stop in order.
        return
