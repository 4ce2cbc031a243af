"""Prompts, retries and the scripted model, without a database."""
