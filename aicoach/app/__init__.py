"""The HTTP edge and the wiring."""

import gc

# What the imports below here make is never garbage, and looking through it at Python's default pace costs a cold start
# 30 ms of 550; afterwards (main.py) it is not looked through again.
gc.set_threshold(50_000, 10, 10)
