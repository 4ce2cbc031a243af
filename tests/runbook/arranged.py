"""What had happened before an operator opens the page, and what must then be true beside what they see."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from uuid import UUID

from pydantic import SecretStr

from aicoach.app.settings import Settings
from aicoach.jobs.errand import Owed
from aicoach.worker.dead_letters import DeadLetters
from tests.runbook.operator import Operator
from tests.runbook.page import Step

MODEL, RESEARCH = "gpt-4o-mini", "sonar"
_NAVS = """Scheme Code;ISIN Div Payout/ ISIN Growth;ISIN Div Reinvestment;Scheme Name;Net Asset Value;Date

Open Ended Schemes(Equity Scheme - Flexi Cap Fund)

Example Mutual Fund

999001;INF999A01010;-;Example Flexi Cap Fund - Direct Plan - Growth;101.2345;20-Nov-2026
"""
_NOTE = "The central bank left its policy as it was.\n\nhttps://www.rbi.org.in/press/policy-review.html"
_STUCK = """
insert into public.ai_sessions (user_id, scope_id, coach, status, epoch, lease_until, started_at, created_at, as_of)
select u, u, 'goals', 'running', 1, now() - interval '1 hour', now() - interval '2 hours', now() - interval '2 hours',
       now() - interval '2 hours' from (values ('22222222-2222-4222-8222-222222222222'::uuid)) as people (u)
"""
_LAST_RUN = """
select (cost = (tokens_in * 0.25 + tokens_out * 1.00) / 1000000 and cost > 0)::text
from public.ai_sessions where user_id = '{user}' order by created_at desc limit 1
"""

Around = Callable[[Operator, tuple[Step, ...]], AbstractContextManager[None]]


@contextmanager
def _a_dead_letter(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    dead = DeadLetters.of(Settings(redis_url=SecretStr(operator.current["AICOACH_REDIS_URL"])))
    user = UUID(operator.stack.demo_users[0].user_id)
    dead.put("daily", "goals", Owed(user, None), "WorkerLost", datetime.now(UTC))
    dead.close()
    yield


@contextmanager
def _a_stuck_run(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    operator.stack.owner.run(_STUCK)
    yield


@contextmanager
def _a_downloaded_nav_file(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    folder = operator.home / "navs"
    folder.mkdir()
    (folder / "NAVAll.txt").write_text(_NAVS)
    yield


@contextmanager
def _a_spent_budget(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    """The call that was refused is made afterwards, and costs what the new price list says."""
    operator.settle(llm="on", llm_model=MODEL, llm_day_tokens="10", llm_prices="{}")
    operator.follow([*words, Step("coach", None)])
    assert operator.asked(MODEL) == 0
    yield
    assert operator.asked(MODEL) > 0
    assert operator.stack.owner.run(_LAST_RUN.format(user=operator.stack.demo_users[0].user_id)).strip() == "true"


@contextmanager
def _nobody_is_asked(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    before = operator.asked(MODEL)
    yield
    assert operator.asked(MODEL) == before


@contextmanager
def _the_model_is_asked(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    before = operator.asked(MODEL)
    yield
    assert operator.asked(MODEL) > before


@contextmanager
def _the_provider_is_asked_once(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    """The endpoint that runs here plays both parts; told apart by their names."""
    operator.script(rules=[{"contains": "market", "default": {"say": _NOTE}}])
    operator.settle(research_url=operator.current["AICOACH_OPENAI_BASE_URL"], research_model=RESEARCH)
    yield
    assert operator.asked(RESEARCH) == 1


@contextmanager
def _the_provider_is_left_alone(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    before = operator.asked(RESEARCH)
    yield
    assert operator.asked(RESEARCH) == before


@contextmanager
def _somebody_turned_away(operator: Operator, words: tuple[Step, ...]) -> Iterator[None]:
    """One start an hour, and it was made."""
    operator.settle(limit_starts="1/hour")
    operator.follow([*words, Step("coach", None)])
    yield


#: By the title of a procedure; each gets the words that the page begins with.
ARRANGED: Mapping[str, Around] = {
    "Replay dead letters": _a_dead_letter,
    "A run is stuck": _a_stuck_run,
    "The NAV file did not arrive": _a_downloaded_nav_file,
    "Raise budgets and prices": _a_spent_budget,
    "Switch the model off": _nobody_is_asked,
    "Switch the model on": _the_model_is_asked,
    "Switch the search provider on": _the_provider_is_asked_once,
    "Switch the search provider off": _the_provider_is_left_alone,
    "Rate limits are too tight": _somebody_turned_away,
}
