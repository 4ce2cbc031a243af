"""The stream as a browser meets it: bytes, cursors, limits, and who may look."""
