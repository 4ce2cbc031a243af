"""How a peer's arm is served: the bare service, with the peer carrying out its runs."""

import argparse
import os
from collections.abc import Callable

import uvicorn

from bench.bare.app import CarryOut, create_app
from bench.bare.run import BareRuns


def serve(carrier: Callable[[BareRuns], CarryOut]) -> None:
    """Serve until stopped, one process."""
    parser = argparse.ArgumentParser("bench.peers")
    parser.add_argument("--port", type=int, required=True)
    app = create_app(os.environ, carrier)
    uvicorn.run(app, port=parser.parse_args().port, log_config=None, access_log=False)
