"""Every command of docs/runbook.md that can run on one machine runs, and shows what the page says (S0-11)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from aicoach.app.settings import Settings
from aicoach.jobs.errand import Owed
from aicoach.local.paths import ROOT
from aicoach.worker.dead_letters import DeadLetters
from tests.runbook.operator import Operator
from tests.runbook.page import Procedure, read_page, shows

PAGE: Path = ROOT / "docs" / "runbook.md"
FIRST, *PROCEDURES = read_page(PAGE)

_NAVS = """Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date

Open Ended Schemes(Equity Scheme - Flexi Cap Fund)

Example Mutual Fund

999001;INF999A01010;-;Example Flexi Cap Fund - Direct Plan - Growth;101.2345;20-Nov-2026
"""
_STUCK = """
insert into public.ai_sessions (user_id, scope_id, coach, status, epoch, lease_until, started_at, created_at, as_of)
select u, u, 'goals', 'running', 1, now() - interval '1 hour', now() - interval '2 hours', now() - interval '2 hours',
       now() - interval '2 hours' from (values ('22222222-2222-4222-8222-222222222222'::uuid)) as people (u)
"""


def _a_dead_letter(operator: Operator) -> None:
    dead = DeadLetters.of(Settings(redis_url=SecretStr(operator.current["AICOACH_REDIS_URL"])))
    user = UUID(operator.stack.demo_users[0].user_id)
    dead.put("daily", "goals", Owed(user, None), "WorkerLost", datetime.now(UTC))
    dead.close()


def _a_stuck_run(operator: Operator) -> None:
    operator.stack.owner.run(_STUCK)


def _a_downloaded_nav_file(operator: Operator) -> None:
    folder = operator.home / "navs"
    folder.mkdir()
    (folder / "NAVAll.txt").write_text(_NAVS)


#: What has happened before an operator opens the page there.
BEFORE: Mapping[str, Callable[[Operator], None]] = {
    "Replay dead letters": _a_dead_letter,
    "A run is stuck": _a_stuck_run,
    "The NAV file did not arrive": _a_downloaded_nav_file,
}


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure.title)
def test_a_procedure_shows_what_the_page_says(procedure: Procedure, operator: Operator) -> None:
    """S0-11: each section is followed word by word in a new shell, in the order of the page."""
    if procedure.title in BEFORE:
        BEFORE[procedure.title](operator)
    steps = (*FIRST.steps, *procedure.steps)
    seen = operator.follow(steps)
    for step, output in zip(steps, seen, strict=True):
        if step.expected is not None:
            assert shows(step.expected, output), f"{step.commands}\nthe page: {step.expected}\nseen: {output}"


def test_every_arranged_procedure_is_on_the_page() -> None:
    """S0-11: a renamed section does not lose what makes its test mean something."""
    assert set(BEFORE) <= {procedure.title for procedure in PROCEDURES}


def test_a_page_that_promises_something_else_is_noticed() -> None:
    """S0-11: the comparison itself can fail."""
    assert shows("a … c\n…\nend", "a b  c\n1\n2\nend\n")
    assert not shows("a … c", "a b d")
    assert not shows("200", "401")
    assert not shows("200", "200\n401")
