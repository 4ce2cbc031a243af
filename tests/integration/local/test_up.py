"""`make up` as a person meets it: it tells where to go, stops as a whole, and leaves nothing running."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from aicoach.local.paths import ROOT
from aicoach.local.ports import HOST, Ports

PARTS = "postgres,redis"
Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def ports() -> Ports:
    return Ports.free()


@pytest.fixture
def env(tmp_path: Path, ports: Ports) -> dict[str, str]:
    chosen = {f"AICOACH_PORT_{name.upper()}": str(value) for name, value in vars(ports).items()}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AICOACH_HOME": str(tmp_path / "home"),
        "AICOACH_PARTS": PARTS,
    } | chosen


@pytest.fixture
def start(env: Mapping[str, str]) -> Iterator[Started]:
    started: list[subprocess.Popen[str]] = []

    def begin(command: str = "up", **changes: str) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-m", "aicoach.local", command]
        where: dict[str, object] = {"cwd": ROOT, "env": {**env, **changes}, "start_new_session": True}
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **where)  # type: ignore[call-overload]
        started.append(process)
        return process  # type: ignore[no-any-return]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=90)


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    text = ""
    while words not in text:
        line = process.stdout.readline()
        assert line, f"it ended before saying {words!r}:\n{text}"
        text += line
    return text


def leftovers(env: Mapping[str, str]) -> list[str]:
    """Processes that name this home, or that carry its stack's token."""
    home = env["AICOACH_HOME"]
    found = []
    for process in psutil.process_iter(["cmdline", "cwd", "status"]):
        shown = " ".join(process.info["cmdline"] or [])
        if process.info["status"] != psutil.STATUS_ZOMBIE and (
            home in shown or (process.info["cwd"] or "").startswith(home)
        ):
            found.append(shown)
    return found


def wait_until_nothing_is_left(env: Mapping[str, str], ports: Ports) -> None:
    deadline = time.monotonic() + 60
    while (left := leftovers(env)) or not all(nobody_listens(port) for port in (ports.db, ports.kv)):
        assert time.monotonic() < deadline, f"still there: {left}"
        time.sleep(0.05)


def nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def test_it_says_what_it_does_and_where_to_go(start: Started, ports: Ports) -> None:
    process = start()
    text = read_until(process, "Logs:")
    assert re.search(rf"postgres +ready .*127\.0\.0\.1:{ports.db}", text)
    assert f"Open http://127.0.0.1:{ports.web} and press Run Coach" in text
    assert text.count("password demo-") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_one_signal_stops_everything(start: Started, env: dict[str, str], ports: Ports, number: signal.Signals) -> None:
    process = start()
    read_until(process, "Logs:")
    process.send_signal(number)
    output, _ = process.communicate(timeout=90)
    assert "Everything is stopped." in output
    assert process.returncode == 0
    assert leftovers(env) == []
    assert nobody_listens(ports.db)
    assert nobody_listens(ports.kv)


def test_a_second_up_is_refused_clearly_and_down_stops_the_first(start: Started, env: dict[str, str]) -> None:
    first = start()
    read_until(first, "Logs:")
    second = start()
    output, _ = second.communicate(timeout=90)
    assert f"already running (pid {first.pid})" in output
    assert "make down" in output
    assert second.returncode == 1
    down, _ = start("down").communicate(timeout=90)
    assert "Everything is stopped." in down
    assert first.wait(10) == 0
    assert leftovers(env) == []


def test_two_at_the_same_instant_never_both_start(start: Started) -> None:
    both = [start(), start()]
    ended = next(p for p in _as_they_end(both))
    output, _ = ended.communicate(timeout=90)
    assert "already running" in output
    other = both[1 - both.index(ended)]
    read_until(other, "Logs:")


def test_a_killed_supervisor_leaves_nothing_running_and_nothing_stale(
    start: Started, env: dict[str, str], ports: Ports
) -> None:
    process = start()
    read_until(process, "Logs:")
    process.kill()
    process.wait(10)
    again = start()
    read_until(again, "Logs:")
    again.kill()
    wait_until_nothing_is_left(env, ports)


def test_a_supervisor_killed_while_it_starts_leaves_nothing_running(
    start: Started, env: dict[str, str], ports: Ports
) -> None:
    moments = random.Random(20261121)
    for _ in range(6):
        process = start()
        time.sleep(moments.uniform(0.15, 1.5))
        process.kill()
        process.wait(10)
        wait_until_nothing_is_left(env, ports)
    read_until(start(), "Logs:")


def test_a_part_that_dies_stops_the_rest_and_is_named(start: Started, env: dict[str, str], ports: Ports) -> None:
    process = start()
    read_until(process, "Logs:")
    redis = next(p for p in psutil.Process(process.pid).children() if "redis-server" in " ".join(p.cmdline()))
    redis.kill()
    output, _ = process.communicate(timeout=90)
    assert re.search(r"redis ended with code -9; see .*redis\.log", output)
    assert process.returncode == 1
    assert leftovers(env) == []


def test_a_taken_port_is_one_sentence_that_names_the_setting(start: Started, env: dict[str, str], ports: Ports) -> None:
    with socket.create_server((HOST, ports.kv)):
        output, _ = start().communicate(timeout=90)
    assert f"Port {ports.kv} (for redis) is taken." in output
    assert "AICOACH_PORT_KV=" in output
    assert "Traceback" not in output
    assert leftovers(env) == []


def test_down_says_when_nothing_runs(start: Started) -> None:
    output, _ = start("down").communicate(timeout=90)
    assert output == "Nothing is running.\n"


def _as_they_end(processes: "list[subprocess.Popen[str]]") -> "Iterator[subprocess.Popen[str]]":
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        yield from (p for p in processes if p.poll() is not None)
        time.sleep(0.02)
