"""Serverless entrypoint: the same application for every function."""

from aicoach.app.main import app

__all__ = ["app"]
