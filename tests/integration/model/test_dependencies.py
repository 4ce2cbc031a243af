"""Tasks run side by side, unless one needs another: then it is said after it."""

from collections.abc import Callable
from dataclasses import replace

import httpx

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from aicoach.core.planner import make_plan
from aicoach.local.scripted_model import ScriptedModel
from tests.coaches.jars import COACH as JARS
from tests.support.model import with_model
from tests.support.people import Person
from tests.support.service import Client, serve


async def test_a_task_that_needs_another_is_told_after_it(
    settings: Callable[..., Settings], model: ScriptedModel, person: Person
) -> None:
    """Issue 4 item 5: dependencies; the model is silent over the first card at first, and quick with the second."""
    model.script("hang", default="ok")
    jars = replace(JARS, plan=lambda focus, _: make_plan(focus, tuple(JARS.agents), needs={"growth": ["balance"]}))
    wired = build(with_model(settings(store="postgres"), model), {jars.name: jars})
    async with serve(create_app(wired)) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
        events = await Client(http, person).run(coach="jars")
    await wired.aclose()
    assert [event["insight"]["kind"] for event in events if event["type"] == "insight"] == ["balance", "growth"]


def test_what_is_not_part_of_the_plan_is_not_waited_for() -> None:
    """Issue 4 item 5: neither what was not asked for nor what the snapshot cannot support."""
    needs = {"growth": ["balance"]}
    (alone,) = make_plan(["growth"], ("balance", "growth"), needs=needs).tasks
    (left,) = make_plan([], ("balance", "growth"), {"balance": "no_jar"}, needs).tasks
    assert (alone.needs, left.needs) == ((), ())
