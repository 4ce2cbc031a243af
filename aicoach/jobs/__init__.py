"""What cron and workers run."""
