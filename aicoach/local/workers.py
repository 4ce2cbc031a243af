"""`make workers`: several workers beside a running `make up`, in the foreground, until Ctrl-C or until one fails."""

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence

from aicoach.local import environment
from aicoach.local.errors import LocalError
from aicoach.local.lock import holder
from aicoach.local.paths import ROOT
from aicoach.local.ports import Ports
from aicoach.local.process import Guard, Launch, Process
from aicoach.local.stack import Stack, base_home
from aicoach.local.up import Ended, home, say, told_to_end


def main(arguments: Sequence[str] | None = None) -> int:
    """Start, watch and stop; 1 when the stack does not run or a worker ended by itself."""
    parser = argparse.ArgumentParser(prog="python -m aicoach.local.workers", description=__doc__)
    parser.add_argument("--count", type=int, default=3)
    try:
        run_workers(parser.parse_args(arguments).count)
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def run_workers(count: int) -> None:
    """Return when somebody asks to stop; raises LocalError."""
    if holder(home().lock) is None:
        raise LocalError("The stack is not running; start it with `make up`.")
    stack = Stack(base_home(), Ports.from_env(os.environ), env=environment.chosen_by_person())
    env, guard = {**environment.base(), **stack.env()}, Guard()
    running: list[Process] = []
    try:
        with told_to_end():
            for number in range(1, count + 1):
                running.append(Process(_launch(number, env), home().logs / f"worker-{number}.log", guard))
            say(f"{count} workers take jobs, and the first begins them by the clock (Ctrl-C stops them).")
            say(f"Begin one now: .venv/bin/python -m aicoach job daily --workers. Logs: {home().logs}/worker-*.log")
            _watch(running)
    except Ended:
        say("Stopping …")
    finally:
        for worker in running:
            worker.stop()
        guard.close()


def _watch(running: Sequence[Process]) -> None:
    while all(worker.alive for worker in running):
        time.sleep(0.2)
    dead = next(worker for worker in running if not worker.alive)
    raise LocalError(f"{dead.epitaph()}\nThe others were stopped.")


def _launch(number: int, env: Mapping[str, str]) -> Launch:
    beat = ["--beat"] if number == 1 else []
    return Launch(f"worker-{number}", [sys.executable, "-m", "aicoach", "worker", *beat], env, ROOT, lambda: True)


if __name__ == "__main__":
    sys.exit(main())
