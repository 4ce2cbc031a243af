"""Row level security, proven: the catalog walked, every role on every table, every door of the gateway."""
