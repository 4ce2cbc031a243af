"""Ten stories, in order: read these before any code."""
