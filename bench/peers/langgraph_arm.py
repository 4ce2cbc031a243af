"""LangGraph with its Postgres checkpointer: a node per step, a checkpoint written before the next one begins."""
# mypy: ignore-errors
# Its packages live in the peers' own environment.

import asyncio
import os
from typing import Any, TypedDict

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END, START, StateGraph
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from bench.bare.app import CarryOut
from bench.bare.run import BareRuns, Steps
from bench.peers.serving import serve


class State(TypedDict):
    """What is checkpointed; the snapshot is read again after a crash, as ours is."""

    session_id: str
    tasks: list[str]
    done: int


def carrier(runs: BareRuns) -> CarryOut:
    """Runs as threads of one compiled graph."""
    under_way: dict[str, Steps] = {}
    compiled: list[Any] = []
    opening = asyncio.Lock()

    async def prepare(state: State) -> dict[str, Any]:
        steps = under_way[state["session_id"]]
        await steps.begin()
        return {"tasks": [task.key for task in (await steps.prepare()).tasks], "done": 0}

    async def do(state: State) -> dict[str, Any]:
        await under_way[state["session_id"]].do(state["tasks"][state["done"]])
        return {"done": state["done"] + 1}

    async def finish(state: State) -> dict[str, Any]:
        await under_way[state["session_id"]].finish()
        return {}

    async def graph() -> Any:
        async with opening:
            if not compiled:
                options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
                pool = AsyncConnectionPool(os.environ["BENCH_PEERS_DSN"], max_size=10, open=False, kwargs=options)
                await pool.open()
                saver = AsyncPostgresSaver(pool)
                await saver.setup()
                compiled.append(_drawn(prepare, do, finish).compile(checkpointer=saver))
        return compiled[0]

    async def carry_out(started: dict[str, Any]) -> None:
        session_id = started["session"]["id"]
        under_way[session_id] = Steps(runs, started)
        config = {"configurable": {"thread_id": session_id}}
        await (await graph()).ainvoke({"session_id": session_id}, config, durability="sync")
        del under_way[session_id]

    return carry_out


def _drawn(prepare: Any, do: Any, finish: Any) -> Any:
    drawn = StateGraph(State)
    drawn.add_node("prepare", prepare)
    drawn.add_node("do", do)
    drawn.add_node("finish", finish)
    drawn.add_edge(START, "prepare")
    for node in ("prepare", "do"):
        drawn.add_conditional_edges(node, lambda state: "do" if state["done"] < len(state["tasks"]) else "finish")
    drawn.add_edge("finish", END)
    return drawn


if __name__ == "__main__":
    serve(carrier)
