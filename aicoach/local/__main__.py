"""python -m aicoach.local: start, stop and look at the stack of this laptop."""

import argparse
import os
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aicoach.local import environment, lite, node
from aicoach.local.errors import LocalError
from aicoach.local.lock import holder, is_held
from aicoach.local.paths import TOOLS, WEB
from aicoach.local.ports import Ports, is_free
from aicoach.local.process import Guard, run_tool
from aicoach.local.stack import Stack, base_home
from aicoach.local.up import home, say, up


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m aicoach.local", description=__doc__)
    parser.add_argument("command", choices=list(COMMANDS))
    try:
        COMMANDS[parser.parse_args().command]()
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def down() -> None:
    """Stop a running `make up` and wait until nothing of it is left."""
    lock = home().lock
    pid = holder(lock)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
    elif not is_held(lock):
        say("Nothing is running.")
        return
    deadline = time.monotonic() + 60
    while is_held(lock):
        if time.monotonic() > deadline:
            raise LocalError(f"The stack (pid {pid}) is still stopping after a minute; see {home().logs}.")
        time.sleep(0.1)
    say("Everything is stopped.")


def status() -> None:
    """Say whether the stack runs and which ports answer."""
    pid = holder(home().lock)
    say(f"The stack is running (pid {pid})." if pid else "The stack is not running.")
    ports = Ports.from_env(os.environ)
    for part, port in {
        "postgres": ports.db,
        "redis": ports.kv,
        "lite": ports.rest,
        "service": ports.service,
        "web": ports.web,
    }.items():
        say(f"  {part:<9} port {port:<6} {'free' if is_free(port) else 'in use'}")


def clean() -> None:
    """Stop the stack and remove its data, keys, logs and installed tools."""
    if is_held(home().lock):
        down()
    place = home()
    for folder in (place.postgres, place.redis, place.lite, place.logs, TOOLS, WEB / ".next"):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (place.keys, place.lock, place.path / "postgres.initialized"):
        file.unlink(missing_ok=True)
    say("Data, keys, logs and builds are removed.")


def migrate() -> None:
    """Apply what is new in supabase/migrations to the running stack."""
    stack = running_stack()
    applied = stack.migrate()
    lite.settle(stack.ports.rest, stack.keys, stack.owner)
    say(f"Applied {', '.join(applied)}." if applied else "The schema is up to date.")


def seed() -> None:
    """Make the demo users and portfolios of the running stack, as far as they are missing."""
    running_stack().seed()
    say("The demo users and their portfolios are there.")


def env() -> None:
    """Print the running stack's settings for a shell: eval "$(python -m aicoach.local env)"."""
    for name, value in running_stack().env().items():
        print(f"export {name}={shlex.quote(value)}")


def install() -> None:
    """Install what the tests need from npm, without starting anything."""
    with_guard(lambda guard: lite.prepare(environment.base(), install_log(), guard, say))
    if (WEB / "package-lock.json").exists():
        with_guard(lambda guard: node.install(WEB, environment.base(), install_log(), guard, say))


def web_check() -> None:
    """Type-check, lint and unit-test web/, as far as its package.json has such scripts."""
    if not (WEB / "package-lock.json").exists():
        return
    install()
    tool, base_env = node.find_node(os.environ.get("PATH")), environment.base()
    for script in ("typecheck", "lint"):
        argv = [str(tool.binary), str(tool.npm), "run", "--silent", "--if-present", script]
        with_guard(partial(run_tool, f"npm run {script} (web)", argv, tool.env(base_env), WEB, install_log()))
    say("web: types and lint are clean")


def running_stack() -> Stack:
    if holder(home().lock) is None:
        raise LocalError("The stack is not running; start it with `make up`.")
    return Stack(base_home(), Ports.from_env(os.environ), env=environment.chosen_by_person(), report=say)


def install_log() -> Path:
    TOOLS.mkdir(mode=0o700, parents=True, exist_ok=True)
    return TOOLS / "install.log"


def with_guard(work: Callable[[Guard], object]) -> None:
    guard = Guard()
    try:
        work(guard)
    finally:
        guard.close()


COMMANDS: dict[str, Callable[[], None]] = {
    "up": up,
    "down": down,
    "status": status,
    "clean": clean,
    "migrate": migrate,
    "seed": seed,
    "env": env,
    "install": install,
    "web-check": web_check,
}

if __name__ == "__main__":
    sys.exit(main())
