"""One Store over two transports: pooled Postgres, and REST through the supabase package."""

from aicoach.adapters.supabase.store import SupabaseStore
from aicoach.adapters.supabase.transport import Transport

__all__ = ["SupabaseStore", "Transport"]
