"""The measured arm: the service as it is deployed, with a meter on what is not the engine's own CPU."""

import argparse

import uvicorn

from aicoach.app.bootstrap import build
from aicoach.app.main import create_app
from aicoach.app.settings import Settings
from bench.meter import Meter, meter_words, metered_coach


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser("bench.engine", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    meter = Meter()
    meter_words(meter)
    service = create_app(build(Settings(), {"goals": metered_coach(meter)}))
    service.add_api_route("/bench/meter", meter.read)
    uvicorn.run(service, port=parser.parse_args().port, log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main()
