"""Reads one job as a JSON line, does it, prints its result as the last JSON line."""

import asyncio
import json
import resource
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from bench.client.runs import watch_runs
from bench.client.streams import watch_streams

Job = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
KINDS: Final[Mapping[str, Job]] = {
    "runs": watch_runs,
    "streams": watch_streams,
}


def main() -> None:
    """One job; uvloop makes the client cheaper than what it measures."""
    import uvloop

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(KINDS[job.pop("kind")](**job))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
