"""From starting a process to its first 201 of ``POST /session``, on a real database and a real Redis."""

import subprocess
import sys
import time
from pathlib import Path

from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST, Ports
from bench.servers import BARE, ENGINE, PATIENCE, ask
from bench.world import World

#: The service exactly as it is deployed, without any meter.
STARTS = {ENGINE: ["-m", "aicoach", "serve", "--host", HOST], BARE: ["-m", "bench.bare"]}


def first_answers(world: World, logs: Path, times: int) -> dict[str, list[float]]:
    """Milliseconds to the first 201, by arm, arm after arm; each arm's very first start only fills the caches."""
    took: dict[str, list[float]] = {arm: [] for arm in STARTS}
    for turn in range(times + 1):
        for arm, start in STARTS.items():
            milliseconds = _start(world, start, logs / f"{arm}-cold.log")
            if turn:
                took[arm].append(milliseconds)
            world.forget()
    return took


def _start(world: World, start: list[str], log: Path) -> float:
    port = Ports.free().service
    with log.open("ab") as output:
        began = time.perf_counter()
        argv = [sys.executable, *start, "--port", str(port)]
        process = subprocess.Popen(argv, cwd=ROOT, env=world.env(), stdout=output, stderr=subprocess.STDOUT)
    try:
        _until_201(port, world.tokens(1)[0], began)
        return (time.perf_counter() - began) * 1000
    finally:
        # It is in the middle of a run that nobody wants.
        process.kill()
        process.wait()


def _until_201(port: int, token: str, began: float) -> None:
    while time.perf_counter() - began < PATIENCE:
        try:
            status, _ = ask(port, "POST", "/api/aicoach/session", token, "{}")
        except OSError:
            time.sleep(0.003)
            continue
        if status != 201:
            raise RuntimeError(f"The first answer was {status}.")
        return
    raise RuntimeError("There was no first answer.")
