"""Who is calling: strict JSON, trusted keys, and the bridge token that proves a user."""
