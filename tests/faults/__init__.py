"""What breaks in the world, on purpose: killed processes, a lost queue, a lost database. Nothing may be lost."""
