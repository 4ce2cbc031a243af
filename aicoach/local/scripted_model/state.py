"""What the scripted model was told to do next, and everything it was asked."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: A behaviour: its name, or a mapping with one entry such as ``{"say": "these very words"}``.
Behaviour = str | Mapping[str, Any]


@dataclass
class Rule:
    """What to do with requests whose prompt has all of ``contains``: first ``then``, one each, later ``default``."""

    contains: list[str]
    then: list[Behaviour]
    default: Behaviour


@dataclass
class Call:
    """One request as it arrived, when (monotonic seconds), and what was done with it."""

    body: Any
    headers: dict[str, str]
    at: float
    behaviour: Behaviour


@dataclass
class State:
    """The script and the record of one server."""

    default: Behaviour = "ok"
    then: list[Behaviour] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    retry_after: str = "1"
    calls: list[Call] = field(default_factory=list)

    def script(self, told: Mapping[str, Any]) -> None:
        """Replace the script: ``{"then": [...], "default": ..., "rules": [{"contains", "then", "default"}]}``."""
        self.then = list(told.get("then", ()))
        self.default = told.get("default", "ok")
        self.retry_after = str(told.get("retry_after", "1"))
        self.rules = [
            Rule(_texts(rule["contains"]), list(rule.get("then", ())), rule.get("default", "ok"))
            for rule in told.get("rules", ())
        ]

    def record(self, body: Any, headers: Mapping[str, str], prompt: str, model: str) -> Behaviour:
        """Remember a request and decide what to do with it; ``scripted:<behaviour>`` as model name decides itself."""
        _, colon, named = model.partition(":")
        behaviour = named if colon else self._next(prompt)
        self.calls.append(Call(body, dict(headers), time.monotonic(), behaviour))
        return behaviour

    def _next(self, prompt: str) -> Behaviour:
        for rule in self.rules:
            if all(text in prompt for text in rule.contains):
                return rule.then.pop(0) if rule.then else rule.default
        return self.then.pop(0) if self.then else self.default


def _texts(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else list(told)
