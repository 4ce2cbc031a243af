"""A language model for laptops and tests: a real HTTP server that words our prompts well, or badly on demand."""

from aicoach.local.scripted_model.behaviours import BEHAVIOURS
from aicoach.local.scripted_model.running import ScriptedModel, running

__all__ = ["BEHAVIOURS", "ScriptedModel", "running"]
