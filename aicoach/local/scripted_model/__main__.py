"""python -m aicoach.local.scripted_model --port N: serve until Ctrl-C."""

import argparse

import uvicorn

from aicoach.local.ports import HOST
from aicoach.local.scripted_model.server import create_app
from aicoach.local.scripted_model.state import State


def main() -> None:
    """Serve on the loopback address; ``--default`` names the behaviour of every answer."""
    parser = argparse.ArgumentParser(prog="python -m aicoach.local.scripted_model", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--default", default="ok", help="what to do with every request, such as ok or 500")
    chosen = parser.parse_args()
    app = create_app(State(default=chosen.default))
    uvicorn.run(app, host=HOST, port=chosen.port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
