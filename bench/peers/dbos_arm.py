"""DBOS: a workflow with a step for each of ours, kept in its own tables in the same PostgreSQL."""
# mypy: ignore-errors
# Its packages live in the peers' own environment.

import os
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID

from bench.bare.app import CarryOut
from bench.bare.run import BareRuns, Steps
from bench.peers.serving import serve


def carrier(runs: BareRuns) -> CarryOut:
    """Runs as workflows; the snapshot is not kept, as ours is not."""
    under_way: dict[str, Steps] = {}
    config = DBOSConfig(name="bench", system_database_url=os.environ["BENCH_PEERS_DSN"], run_admin_server=False)
    DBOS(config=config)

    @DBOS.step()
    async def prepare(session_id: str) -> list[str]:
        steps = under_way[session_id]
        await steps.begin()
        return [task.key for task in (await steps.prepare()).tasks]

    @DBOS.step()
    async def do(session_id: str, task: str) -> None:
        await under_way[session_id].do(task)

    @DBOS.step()
    async def finish(session_id: str) -> None:
        await under_way[session_id].finish()

    @DBOS.workflow()
    async def coach(session_id: str) -> None:
        for task in await prepare(session_id):
            await do(session_id, task)
        await finish(session_id)

    async def carry_out(started: dict[str, Any]) -> None:
        session_id = started["session"]["id"]
        under_way[session_id] = Steps(runs, started)
        with SetWorkflowID(session_id):
            handle = await DBOS.start_workflow_async(coach, session_id)
        await handle.get_result()
        del under_way[session_id]

    # Before there is an event loop: launching inside one can wait for itself.
    DBOS.launch()
    return carry_out


if __name__ == "__main__":
    serve(carrier)
