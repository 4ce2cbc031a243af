"""Row level security, proven: the catalog walked, every role tried on every table, every door of the gateway knocked on."""
