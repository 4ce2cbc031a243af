"""SQL for the stack's own housekeeping, through the psql that came with the server."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aicoach.local.errors import LocalError


@dataclass(frozen=True)
class Psql:
    """One login to one database."""

    binary: Path
    host: str
    port: int
    user: str
    password: str
    database: str = "postgres"

    @property
    def dsn(self) -> str:
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.database}"

    def run(self, sql: str, variables: Mapping[str, str] | None = None) -> str:
        """Run statements (`:'name'` quotes a variable) in one transaction; their rows, tab-separated."""
        return self._psql(["--single-transaction", "-f", "-"], sql, variables or {})

    def run_files(self, files: Sequence[Path], then: str = "", variables: Mapping[str, str] | None = None) -> None:
        """Run whole files and then one more text in one single transaction, all or nothing."""
        script = "".join(f"\\ir '{str(file).replace(chr(39), chr(39) * 2)}'\n" for file in files)
        self.run(f"{script}{then}", variables)

    def _psql(self, mode: list[str], text: str, variables: Mapping[str, str]) -> str:
        where = ["-h", self.host, "-p", str(self.port), "-U", self.user, "-d", self.database]
        how = ["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        sets = [piece for name, value in variables.items() for piece in ("-v", f"{name}={value}")]
        env = {
            "PATH": os.defpath,
            "PGPASSWORD": self.password,
            "PGCONNECT_TIMEOUT": "10",
            "PGCLIENTENCODING": "UTF8",
            "PGOPTIONS": "-c client_min_messages=warning",
        }
        done = subprocess.run(
            [self.binary, *where, *how, *sets, *mode], input=text, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LocalError(f"The database refused: {done.stderr.strip()}")
        return done.stdout
