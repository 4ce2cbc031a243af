"""What a run costs the machine: CPU and memory of processes, commands of Redis, statements of PostgreSQL."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import redis

from aicoach.local.psql import Psql

#: What the bench itself asks, and what every new connection says once.
_OURS = frozenset({"cmdstat_info", "cmdstat_auth", "cmdstat_hello", "cmdstat_client|setinfo", "cmdstat_select"})
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]+): (.*)")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, of its children alive and of those it has buried."""
    process = psutil.Process(pid)
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def resident_bytes(pid: int) -> int:
    """Resident memory of a process and its children."""
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])


def connections_to(pid: int, port: int) -> int:
    """How many sockets a process holds to a port of this machine."""
    return sum(link.raddr.port == port for link in psutil.Process(pid).net_connections("tcp") if link.raddr)


def redis_commands(url: str) -> int:
    """Commands that Redis has carried out since it started, without the bench's own."""
    with redis.Redis.from_url(url) as client:
        stats: dict[str, Any] = client.info("commandstats")
    return sum(int(row["calls"]) for name, row in stats.items() if name not in _OURS)


class StatementLog:
    """Counts what the service's login asks, by the server's own log: no extension is needed."""

    def __init__(self, owner: Psql, log: Path) -> None:
        self._owner, self._log = owner, log
        self.statements: list[str] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """For sessions that begin within the block."""
        self._owner.run("alter role aicoach_service set log_statement = 'all'")
        begins = self._log.stat().st_size
        try:
            yield
        finally:
            self._owner.run("alter role aicoach_service reset log_statement")
            self.statements = _STATEMENT.findall(self._log.read_text()[begins:])

    def calls(self) -> list[str]:
        """Names of the SQL functions that were called, in order."""
        return [name for text in self.statements for name in re.findall(r"select public\.(\w+)\(", text)]


def rows_written(owner: Psql) -> int:
    """Rows ever inserted, changed or deleted in our schemas, by sessions that have reported."""
    return int(
        owner.run(
            "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint from pg_stat_all_tables "
            "where schemaname in ('public', 'private')"
        )
    )
