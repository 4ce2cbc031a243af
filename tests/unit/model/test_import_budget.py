"""A cold start does not pay for a model that may never be asked."""

import subprocess
import sys

import pytest

from aicoach.local import environment

_HEAVY = ("openai", "httpx2", "supabase", "celery", "casparser")
_LOOK = f"import sys; print([name for name in {_HEAVY!r} if name in sys.modules])"


@pytest.mark.parametrize(
    "code",
    [
        "import aicoach.app.main",
        "from aicoach.app.bootstrap import build; from aicoach.app.settings import Settings; "
        "build(Settings(llm='on', openai_api_key='sk-x', database_url='postgresql://x', redis_url='redis://x'))",
    ],
    ids=["imported", "wired with a model"],
)
def test_a_cold_start_imports_nothing_heavy(code: str) -> None:
    """S0-6.1a: openai is imported at the first question, not before."""
    asked = [sys.executable, "-c", f"{code}; {_LOOK}"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=60, env=environment.base(), check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
