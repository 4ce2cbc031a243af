"""Starts the parts in order, knows how to reach each of them, and takes all of them down again."""

import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from aicoach.local import demo, environment, lite, postgres, redis, scripted, service, web
from aicoach.local.demo import DemoUser
from aicoach.local.errors import LocalError
from aicoach.local.keys import Keys, load_or_make
from aicoach.local.lock import HomeLock
from aicoach.local.migrate import MIGRATIONS, allow_service_login, changed_since_applied, migrate, seed
from aicoach.local.paths import ROOT, SUPABASE, Home
from aicoach.local.ports import HOST, Ports
from aicoach.local.process import Guard, Launch, Process, Tell, silent
from aicoach.local.psql import Psql

PARTS = ("postgres", "redis", "lite", "model", "service", "web")


class Stack:
    """The running parts of one home. A context manager: everything it started is gone when it ends.

    `ports=None` takes free ones. `parts` names what to start. `env` is added to the environment of service and
    façade. `durable=False` lets PostgreSQL forget fsync (for tests: a crash of the machine may lose data, a killed
    process does not). `seeded=False` leaves demo users and supabase/seed.sql out. `report` receives progress lines
    for a person. Raises LocalError.
    """

    def __init__(
        self,
        home: Path,
        ports: Ports | None = None,
        parts: Iterable[str] = PARTS,
        env: Mapping[str, str] | None = None,
        *,
        durable: bool = True,
        seeded: bool = True,
        migrations: Path = MIGRATIONS,
        report: Tell = silent,
    ) -> None:
        self.home = Home(home.resolve())
        self.ports = ports or Ports.free()
        self.parts = _in_order(parts)
        self.processes: dict[str, Process] = {}
        self._extra_env = dict(env or {})
        self._durable = durable
        self._seeded = seeded
        self._migrations = migrations
        self._report = report
        self._lock = HomeLock(self.home.lock)
        self._guard: Guard | None = None
        self._keys: Keys | None = None

    def __enter__(self) -> "Stack":
        self.home.create()
        self._lock.acquire()
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take down what runs, in reverse order, then give the home back."""
        if self.processes:
            self._report("\nStopping …")
        for name in reversed(list(self.processes)):
            self.stop_part(name)
        if self._guard is not None:
            self._guard.close()
            self._guard = None
        self._lock.release()

    # One part at a time

    def start_part(self, name: str, extra_env: Mapping[str, str] | None = None) -> Process:
        """Start one part and wait until it answers; `extra_env` is for this start only."""
        running = self.processes.get(name)
        if running is not None and running.alive:
            raise LocalError(f"{name} is already running (pid {running.pid}).")
        began = time.monotonic()
        process = Process(self._launch(name, extra_env or {}), self.home.logs / f"{name}.log", self._watcher)
        self.processes[name] = process
        process.wait_ready()
        self._settle(name)
        self._report(f"  {name:<9} ready  {time.monotonic() - began:4.1f} s  {self._address(name)}")
        return process

    def stop_part(self, name: str) -> None:
        """Ask one part to stop, and wait until it has; nothing happens when it does not run."""
        process = self.processes.pop(name, None)
        if process is not None:
            process.stop()

    def kill_part(self, name: str) -> None:
        """SIGKILL one part, as a crash would."""
        process = self.processes.pop(name, None)
        if process is not None:
            process.kill()

    def restart_part(self, name: str, extra_env: Mapping[str, str] | None = None) -> Process:
        """Stop one part if it still runs, and start it again on the same port."""
        self.stop_part(name)
        return self.start_part(name, extra_env)

    # How to reach the parts

    def env(self) -> dict[str, str]:
        """Every setting that service and façade need to find and trust each other."""
        return environment.for_parts(self.ports, self.keys, demo.demo_users(self.keys)) | self._extra_env

    @property
    def keys(self) -> Keys:
        if self._keys is None:
            self.home.create()
            self._keys = load_or_make(self.home.keys)
        return self._keys

    @property
    def owner(self) -> Psql:
        """A superuser's login, for migrations and for tests that look behind row level security."""
        return postgres.client(self.ports.db, self.keys.owner_password)

    @property
    def dsn_owner(self) -> str:
        return self.owner.dsn

    @property
    def dsn_service(self) -> str:
        """The service's own login: role aicoach_service, bound by row level security."""
        return environment.service_dsn(self.ports, self.keys)

    @property
    def rest_url(self) -> str:
        return f"http://{HOST}:{self.ports.rest}"

    @property
    def rest_publishable_key(self) -> str:
        return self.keys.publishable_key

    @property
    def jwt_secret(self) -> str:
        return self.keys.jwt_secret

    @property
    def redis_url(self) -> str:
        return redis.url(self.ports.kv, self.keys.redis_password)

    @property
    def service_url(self) -> str:
        return f"http://{HOST}:{self.ports.service}"

    @property
    def web_url(self) -> str:
        return f"http://{HOST}:{self.ports.web}"

    @property
    def bridge_private_pem(self) -> str:
        return self.keys.bridge_private_pem

    @property
    def bridge_public_pem(self) -> str:
        return self.keys.bridge_public_pem

    @property
    def cron_secret(self) -> str:
        return self.keys.cron_secret

    @property
    def demo_users(self) -> list[DemoUser]:
        return demo.demo_users(self.keys)

    def dead_part(self) -> Process | None:
        """A part that ended although nobody asked it to."""
        return next((process for process in self.processes.values() if not process.alive), None)

    # How it starts

    def _start_all(self) -> None:
        self.ports.require_free(self.parts)
        self._report("AI Coach is starting (Ctrl-C stops everything)")
        shutil.rmtree(self.home.logs, ignore_errors=True)
        self.home.create()
        self._guard = Guard(self._lock.fd)
        self._install()
        for name in self.parts:
            self.start_part(name)

    def _install(self) -> None:
        log = self.home.logs / "install.log"
        if "lite" in self.parts:
            lite.prepare(environment.base(), log, self._watcher, self._report)
        if "web" in self.parts:
            web.prepare(environment.base() | self.env(), log, self._watcher, self._report)

    def _launch(self, name: str, extra_env: Mapping[str, str]) -> Launch:
        env = {**environment.base(), **self.env(), **extra_env}
        match name:
            case "postgres":
                postgres.initialize(self.home, self.keys.owner_password)
                return postgres.launch(self.home, self.ports.db, durable=self._durable)
            case "redis":
                return redis.launch(self.home, self.ports.kv, self.keys.redis_password)
            case "lite":
                return lite.launch(self.home, self.ports, self.keys, self.owner, environment.base())
            case "model":
                return scripted.launch(self.ports.model, env)
            case "service":
                return service.launch(self.ports.service, env)
            case "web":
                return web.launch(self.ports.web, env)
            case _:
                raise LocalError(_no_such_part(name))

    def _settle(self, name: str) -> None:
        """What must be true of a part, beyond that it answers, before the next one starts."""
        if name == "postgres":
            self.migrate()
            if self._seeded and "lite" not in self.parts:
                self.seed()
        if name == "lite":
            lite.settle(self.ports.rest, self.keys, self.owner)
            if self._seeded:
                self.seed()

    def migrate(self) -> list[str]:
        """Bring the schema up to date; the names of the migrations that ran."""
        applied = migrate(self.owner, self._migrations)
        if applied:
            self._report(f"  {'':<9} applied {len(applied)} migrations")
        for name in changed_since_applied(self.owner, self._migrations):
            self._report(f"  {'':<9} {name} has changed since it was applied here; `make clean` starts afresh")
        if self.owner.run("select count(*) from pg_roles where rolname = 'aicoach_service'").strip() != "0":
            allow_service_login(self.owner, self.keys.service_password)
        return applied

    def seed(self) -> None:
        """Make the demo users and their portfolio; what is there already stays."""
        demo.create_demo_users(self.owner, self.keys, self.ports.rest if "lite" in self.parts else None)
        file = SUPABASE / "seed.sql"
        if self._migrations == MIGRATIONS and file.exists() and seed(self.owner, [file]):
            self._report(f"  {'':<9} loaded the demo portfolios")

    def _address(self, name: str) -> str:
        ports = self.ports
        return {
            "postgres": f"{HOST}:{ports.db}",
            "redis": f"{HOST}:{ports.kv}",
            "lite": self.rest_url,
            "model": f"{HOST}:{ports.model}",
            "service": self.service_url,
            "web": self.web_url,
        }[name]

    @property
    def _watcher(self) -> Guard:
        if self._guard is None:
            raise LocalError("This stack is not running; use it in a with statement.")
        return self._guard


def _in_order(parts: Iterable[str]) -> list[str]:
    chosen = set(parts)
    for name in sorted(chosen.difference(PARTS)):
        raise LocalError(_no_such_part(name))
    return [name for name in PARTS if name in chosen]


def _no_such_part(name: str) -> str:
    return f"There is no part {name!r}; the parts are {', '.join(PARTS)}."


def base_home() -> Path:
    """AICOACH_HOME, or .aicoach in the checkout."""
    return Path(os.environ.get("AICOACH_HOME", str(ROOT / ".aicoach")))
