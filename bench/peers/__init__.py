"""Peers that keep runs across crashes, carrying out the very same steps behind the very same HTTP calls."""

import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

from bench.load import Arm

PACKAGES: Final = ("langgraph>=1", "langgraph-checkpoint-postgres>=3", "psycopg[binary,pool]>=3.2", "dbos>=2")
#: Peers, and we beside them, run the light coach: the real one's own work would hide what an engine costs.
LIGHT: Final = {"BENCH_COACH": "light"}
PEERS: Final = {"LangGraph + Postgres": "bench.peers.langgraph_arm", "DBOS": "bench.peers.dbos_arm"}


def prepare(home: Path) -> list[Arm]:
    """Install the peers into an environment of their own, once, and say how each is started.

    What they need of ours comes from the project's own environment, searched after theirs.
    """
    python = home / "bin" / "python"
    marker = home / "installed"
    if not marker.exists() or marker.read_text() != repr(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(pip, check=True)
        (_site_packages(python) / "aicoach.pth").write_text(sysconfig.get_path("purelib") + "\n")
        marker.write_text(repr(PACKAGES))
    return [Arm(name, (str(python), "-m", module), LIGHT) for name, module in PEERS.items()]


def _site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
