"""`make smoke` says yes to what works and no, by name, to what does not."""

import subprocess
import sys

import pytest

from aicoach.local import environment
from aicoach.local.paths import ROOT
from tests.e2e.conftest import Site

pytestmark = pytest.mark.slow

CHECKS = 9


def smoke(url: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command against a deployment that it knows by its address only."""
    command = [sys.executable, "-m", "scripts.smoke", "--url", url]
    known = {**environment.base(), **env}
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=120, check=False)


def logged_in(site: Site, **changes: str) -> dict[str, str]:
    """What an operator would export before the command."""
    person = site.people[0]
    known = {"SMOKE_EMAIL": person["email"], "SMOKE_PASSWORD": person["password"]}
    return {**known, "SMOKE_CRON_SECRET": site.stack.cron_secret, **changes}


def test_a_deployment_that_works_passes_every_check_twice(site: Site) -> None:
    """S0-11.1a; issue 6 item 8. The second run has nothing new to say, and that is no failure."""
    for _ in range(2):
        ended = smoke(site.stack.web_url, **logged_in(site))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert ended.stdout.count("  yes ") == CHECKS


def test_the_door_of_the_jobs_is_not_called_checked_without_its_secret(site: Site) -> None:
    """S0-11.1a: what was not asked is not green."""
    ended = smoke(site.stack.web_url, **logged_in(site, SMOKE_CRON_SECRET=""))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("  yes ") == CHECKS - 1
    assert "not asked" in ended.stdout


@pytest.mark.parametrize(
    ("wrong", "named"), [({"SMOKE_PASSWORD": "wrong"}, "sign_in"), ({"SMOKE_CRON_SECRET": "wrong"}, "cron_open")]
)
def test_what_does_not_work_is_named_and_fails(site: Site, wrong: dict[str, str], named: str) -> None:
    """S0-11.1a: a check that cannot fail is none."""
    ended = smoke(site.stack.web_url, **logged_in(site, **wrong))
    assert ended.returncode == 1
    assert f"  NO   {named}: " in ended.stdout


def test_an_address_where_nobody_answers_fails_with_one_line() -> None:
    """Bad input: neither a traceback nor a yes."""
    ended = smoke("http://127.0.0.1:9", SMOKE_EMAIL="a@b.example", SMOKE_PASSWORD="x")
    assert ended.returncode == 1
    assert ended.stdout.startswith("  NO   page: ")
    assert "Traceback" not in ended.stderr


def test_without_somebody_to_sign_in_it_asks_for_them() -> None:
    """Bad input: the two settings are named."""
    ended = smoke("http://127.0.0.1:9")
    assert ended.returncode == 1
    assert "SMOKE_EMAIL and SMOKE_PASSWORD" in ended.stderr
