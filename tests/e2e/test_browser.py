"""The product as a person meets it: a real browser, the built façade, the real service, database and queue."""

import json

import pytest

from tests.e2e.conftest import Site
from tests.e2e.node import PLAYWRIGHT, run

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# Two seconds before the plan is stored, a third of one before each card is told: time to cut, reload or cancel.
_SLOW_POINTS = {"sql.ai_renew_session.before": 2, "xadd.insight.before": 0.3}
SLOW_STEPS = ",".join(f"{point}=delay:{wait}@{nth}" for point, wait in _SLOW_POINTS.items() for nth in range(1, 120))


def test_a_person_signs_in_runs_the_coach_and_reads_the_cards(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """S0-3.2a, S0-4.4b, S0-5.3a, S0-5.4a, S0-7.2b: the story, hints, the fence, the keyboard, axe, pictures, waits."""
    output = run(PLAYWRIGHT, "test", "--grep-invert", "@slow", env=site.env, timeout=900)
    waits = [line.strip() for line in output.splitlines() if "p50" in line]
    assert waits, output
    with capsys.disabled():
        print("\n" + "\n".join(waits))


def test_a_run_survives_cuts_reloads_and_second_thoughts(site: Site) -> None:
    """S0-5.4a: reconnect, reload, refusal and cancel in the middle of a run that is made slow."""
    site.stack.restart_part("service", {"AICOACH_FAILPOINTS": SLOW_STEPS})
    run(PLAYWRIGHT, "test", "--grep", "@slow", env=site.env, timeout=400)


def test_one_session_id_finds_the_whole_path(site: Site) -> None:
    """S0-10.1a: every run that the façade's log says it started is in the service's log under the same id."""
    logs = site.stack.home.logs
    lines = [json.loads(line) for line in (logs / "web.log").read_text().splitlines() if line.startswith("{")]
    started = {line["session_id"] for line in lines if line["path"].endswith("/start") and line["status"] == 201}
    service = (logs / "service.log").read_text()
    assert started
    assert not [session for session in started if session not in service]
