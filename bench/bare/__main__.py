"""Serve the bare arm with uvicorn, one process."""

import argparse
import os

import uvicorn

from bench.bare.app import create_app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser("bench.bare")
    parser.add_argument("--port", type=int, required=True)
    uvicorn.run(create_app(os.environ), port=parser.parse_args().port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
