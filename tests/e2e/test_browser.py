"""The product as a person meets it: a real browser, the built façade, the real service, database and queue."""

import pytest

from tests.e2e.conftest import Site
from tests.e2e.node import PLAYWRIGHT, run

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# Every insight waits this long between its commit and its event: time enough to cut, reload or cancel.
SLOW_EVENTS = ",".join(f"xadd.insight.before=delay:1@{nth}" for nth in range(1, 60))


def test_a_person_signs_in_runs_the_coach_and_reads_the_cards(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """S0-3.2a, S0-4.4b, S0-5.3a, S0-5.4a: the story, the fence, the keyboard, axe, the pictures, the waits."""
    output = run(PLAYWRIGHT, "test", "--grep-invert", "@slow", env=site.env, timeout=400)
    waits = [line.strip() for line in output.splitlines() if "p50" in line]
    assert waits, output
    with capsys.disabled():
        print("\n" + "\n".join(waits))


def test_a_run_survives_cuts_reloads_and_second_thoughts(site: Site) -> None:
    """S0-5.4a: reconnect, reload, refusal and cancel in the middle of a run that is made slow."""
    site.stack.restart_part("service", {"AICOACH_FAILPOINTS": SLOW_EVENTS})
    run(PLAYWRIGHT, "test", "--grep", "@slow", env=site.env, timeout=200)


def test_one_session_id_finds_the_whole_path(site: Site) -> None:
    """S0-10.1a: a session that the façade logged is in the service's log too."""
    home = site.stack.home.logs
    sessions = {line.split('"session_id":"')[1][:36] for line in (home / "web.log").read_text().splitlines() if '"session_id":"' in line}
    service = (home / "service.log").read_text()
    assert sessions
    assert any(session in service for session in sessions)
