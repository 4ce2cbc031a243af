"""The scripted model as a part of the stack: an OpenAI-compatible endpoint that reaches nobody."""

import sys
from collections.abc import Mapping

from aicoach.local import http
from aicoach.local.paths import ROOT
from aicoach.local.process import Launch


def launch(port: int, env: Mapping[str, str]) -> Launch:
    argv = [sys.executable, "-m", "aicoach.local.scripted_model", "--port", str(port)]
    return Launch("model", argv, {**env, "PYTHONUNBUFFERED": "1"}, ROOT, lambda: answers(port))


def answers(port: int) -> bool:
    return http.ask(port, "/v1/models", timeout=5).status == 200
