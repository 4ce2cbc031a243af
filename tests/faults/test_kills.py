"""A run whose process is killed at any instant ends as if nothing had happened: SIGKILL to real processes."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from functools import partial

import asyncpg
import httpx
import pytest

from aicoach.app.bootstrap import Container
from aicoach.app.settings import Settings
from aicoach.local.stack import Stack
from tests.faults.subjects import GOALS, ORCHARD, SUBJECTS, Subject
from tests.faults.traces import Trace, sessions_of
from tests.faults.world import SIDE_BY_SIDE, Wait, World, kills_of_a_run, side_by_side
from tests.support.people import Signer
from tests.support.processes import Browser, ServiceProcess, Services, sweep

#: For each coach, by transport: a hundred in all. Over REST a run is the same run, and takes twice as long.
RANDOM_KILLS = {"postgres": 40, "rest": 10}
#: A pause before and after every step, so that a random moment is between any two of them.
STRETCH_SECONDS = 0.05


@pytest.fixture(params=SUBJECTS, ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    """What the killed process was running."""
    chosen: Subject = request.param
    return chosen


@pytest.fixture(scope="module")
async def replacement(started: Services, transport_name: str) -> AsyncIterator[ServiceProcess]:
    """The process that people and the scheduler reach after the other one died."""
    service = await started.start(store=transport_name)
    yield service
    await service.stop()


@pytest.fixture
def world(
    started: Services,
    replacement: ServiceProcess,
    transport_name: str,
    database: asyncpg.Pool,
    web: httpx.AsyncClient,
    signer: Signer,
    stack: Stack,
    subject: Subject,
    wait_until: Wait,
) -> World:
    """Everything a scenario needs."""
    return World(started, replacement, transport_name, database, web, signer, stack.cron_secret, subject, wait_until)


async def killed_then_watched(world: World, undisturbed: Trace, kill: str) -> None:
    """The browser looks on while the process dies, and goes on at the replacement."""
    victim, browser = await world.victim(kill), await world.browser()
    if await browser.press(victim.url):
        await browser.look(victim.url)
    await world.let_die(victim)
    if browser.session_id is None:
        assert await browser.press(world.replacement.url)
    await browser.look_until_done(world.replacement.url)
    await world.assert_as_if_nothing_happened(browser, undisturbed)


async def killed_unseen(world: World, kill: str, left: list[Browser]) -> None:
    """Nobody is looking when the process dies."""
    victim, browser = await world.victim(kill), await world.browser()
    await browser.press(victim.url)
    await world.let_die(victim)
    for session_id in await sessions_of(world.database, browser.person.user_id):
        browser.session_id = session_id
        left.append(browser)
        return
    assert kill.startswith("sql.ai_start_session.before"), "only a run that never was leaves nothing to finish"


async def swept_and_complete(world: World, undisturbed: Trace, left: list[Browser]) -> None:
    """The sweep alone finishes what is left; who comes later is told the whole story."""
    await world.finish_by_sweep(left)
    for browser in left:
        await browser.look(world.replacement.url)
        await world.assert_as_if_nothing_happened(browser, undisturbed)


async def adopter_killed(world: World, wired: Container, kill: str) -> Browser:
    """A process adopts an orphaned run because someone looks, and dies of it."""
    victim, browser = await world.victim(kill), await world.orphan(wired)
    await browser.look(victim.url)
    await world.let_die(victim)
    return browser


async def test_a_run_killed_anywhere_is_finished_once_by_a_stream_that_comes_back(
    world: World, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-5.1b, issue 2: SIGKILL before and after every SQL call and every XADD, and of the stream's own look."""
    undisturbed = await world.undisturbed()
    kills = await kills_of_a_run(world, settings, monkeypatch, resumed=False)
    kills += ["sql.ai_get_session.before=kill@1", "sql.ai_get_session.after=kill@1"]
    await side_by_side({kill: partial(killed_then_watched, world, undisturbed, kill) for kill in kills})


async def test_a_run_killed_anywhere_is_finished_once_by_the_sweep_alone(
    world: World, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-5.1b, issue 2: nobody looks, nobody presses again."""
    undisturbed, left = await world.undisturbed(), list[Browser]()
    kills = await kills_of_a_run(world, settings, monkeypatch, resumed=False)
    await side_by_side({kill: partial(killed_unseen, world, kill, left) for kill in kills})
    assert len(left) == len(kills) - 1
    await swept_and_complete(world, undisturbed, left)


@pytest.mark.parametrize("subject", [GOALS], ids=[GOALS.name], indirect=True)
async def test_a_process_that_adopts_a_run_may_be_killed_as_well(
    world: World, container: Container, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-5.1b: the second life is as mortal as the first; a stream and the sweep finish the third."""
    undisturbed = await world.undisturbed()
    kills = await kills_of_a_run(world, settings, monkeypatch, resumed=True)
    # The stream's look at the door comes before the adopter's own reading of what to publish.
    kills += [f"sql.ai_get_session.{when}=kill@2" for when in ("before", "after")]
    left: list[Browser] = []

    async def play(kill: str, watched: bool) -> None:
        browser = await adopter_killed(world, container, kill)
        if watched:
            await browser.look_until_done(world.replacement.url)
            await world.assert_as_if_nothing_happened(browser, undisturbed)
        else:
            left.append(browser)

    # What a look does over REST, the first test of this file tells.
    for watched in (True, False) if world.transport == "postgres" else (False,):
        await side_by_side({kill: partial(play, kill, watched) for kill in kills})
    await swept_and_complete(world, undisturbed, left)


@pytest.mark.parametrize("subject", [ORCHARD], ids=[ORCHARD.name], indirect=True)
@pytest.mark.parametrize("function", ["ai_orphaned_sessions", "ai_claim_session", "ai_get_session"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_sweep_may_be_killed_as_well(world: World, container: Container, function: str, when: str) -> None:
    """Being orphaned is state: the next sweep goes on where the dead one stopped."""
    undisturbed, browser = await world.undisturbed(), await world.orphan(container)
    victim = await world.victim(f"sql.{function}.{when}=kill@1")
    with pytest.raises(httpx.TransportError):
        await sweep(world.web, victim.url, world.cron_secret)
    await world.let_die(victim)
    await swept_and_complete(world, undisturbed, [browser])


async def test_a_run_killed_at_a_random_time_loses_nothing(
    world: World, settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 2: a hundred kills over coaches and transports; a stream finishes half, the sweep alone the others."""
    chance = random.Random(20251018)
    undisturbed, left = await world.undisturbed(), list[Browser]()
    kills = await kills_of_a_run(world, settings, monkeypatch, resumed=False)
    stretched = ",".join(kill.replace("kill", f"delay:{STRETCH_SECONDS}") for kill in kills)
    lasts = await how_long_a_run_lasts(world, stretched)
    began = await world.database.fetchval("select now()")

    async def play(after: float, watched: bool) -> None:
        victim, browser = await awake(world, stretched), await world.browser()
        looking = asyncio.create_task(press_and_look(browser, victim, watched))
        # Time counts from the moment the run exists: on a busy machine every kill would come before it.
        while not looking.done() and not await sessions_of(world.database, browser.person.user_id):
            await asyncio.sleep(0.005)
        await asyncio.sleep(after)
        await victim.kill()
        await looking
        if not watched:
            for session_id in await sessions_of(world.database, browser.person.user_id):
                browser.session_id = session_id
                left.append(browser)
            return
        if browser.session_id is None:
            assert await browser.press(world.replacement.url)
        await browser.look_until_done(world.replacement.url)
        await world.assert_as_if_nothing_happened(browser, undisturbed)

    times = [chance.uniform(0, lasts) for _ in range(RANDOM_KILLS[world.transport])]
    for watched, chosen in ((True, times[::2]), (False, times[1::2])):
        await side_by_side({f"{after:.4f} s": partial(play, after, watched) for after in chosen})
    await swept_and_complete(world, undisturbed, left)
    resumed = "select count(*) from ai_sessions where epoch > 1 and created_at >= $1"
    assert await world.database.fetchval(resumed, began) > 0, "some kills must fall into a run"


async def press_and_look(browser: Browser, victim: ServiceProcess, look: bool) -> None:
    """Run Coach, and watch until the process dies."""
    if await browser.press(victim.url) and look:
        await browser.look(victim.url)


async def awake(world: World, failpoints: str) -> ServiceProcess:
    """A new process that has answered once, so that time counts from the run's own beginning."""
    service = await world.victim(failpoints)
    assert (await world.web.get(f"{service.url}/api/aicoach/healthz")).status_code == 200
    return service


async def how_long_a_run_lasts(world: World, failpoints: str) -> float:
    """Seconds from a run's first row to its last, as many at once as will be killed: the middle one of all."""
    took: list[float] = []
    length = "select extract(epoch from finished_at - created_at)::float from ai_sessions where id = $1"

    async def play() -> None:
        service, browser = await awake(world, failpoints), await world.browser()
        await browser.press(service.url)
        await browser.look_until_done(service.url)
        took.append(await world.database.fetchval(length, browser.session_id))
        await service.kill()

    await side_by_side({f"calm run {n}": play for n in range(SIDE_BY_SIDE)})
    return sorted(took)[len(took) // 2]
