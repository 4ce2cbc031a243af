"""What outlives a request but not the database: live events and the ledger of what was said."""
