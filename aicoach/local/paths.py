"""Where things are: the checkout, what is installed once, and one stack's own home."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WEB = ROOT / "web"
SUPABASE = ROOT / "supabase"
# Shared by every stack of this checkout, whatever its home: node_modules are large and never change per run.
TOOLS = ROOT / ".aicoach" / "tools"


@dataclass(frozen=True)
class Home:
    """The folder that holds one stack's data, keys and logs; nobody else may look inside."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def redis(self) -> Path:
        return self.path / "redis"

    @property
    def lite(self) -> Path:
        return self.path / "lite"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def keys(self) -> Path:
        return self.path / "keys.json"

    @property
    def lock(self) -> Path:
        return self.path / "up.lock"

    def create(self) -> None:
        """Make the folder and its parts; an existing home keeps what it has."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.redis, self.lite, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
