"""Celery: the same jobs on many machines. Whoever is due is state in the database; what waits in Redis may be lost."""
