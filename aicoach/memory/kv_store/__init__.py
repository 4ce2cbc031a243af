"""The transient store: a session's live events, notes not worth paying for twice, and who has streams open.

Every key has a time to live, and losing all of them loses nothing but liveness: the database has the rest.

=============================  ==========  ==========================================================
key                            type        what it holds
=============================  ==========  ==========================================================
``aicoach:events:<session>``   stream      durable events: entry ``<id>-0``, field ``e`` = one JSON line;
                                           about 1,000 entries, 900 s after the last write
``aicoach:note:<key>``         string      a note (JSON, at most 64 KB) for the seconds its writer chose
``aicoach:streams:<user>``     sorted set  open streams of a user, scored by the end of their lease (45 s)
=============================  ==========  ==========================================================

``aicoach:live:<session>`` is a Pub/Sub channel, not a key: every event passes through it once.
"""

from aicoach.memory.kv_store.queue import RedisEventQueue
from aicoach.memory.kv_store.slots import StreamSlot
from aicoach.memory.kv_store.subscription import RedisSubscription

__all__ = ["RedisEventQueue", "RedisSubscription", "StreamSlot"]
