"""What touches the world on behalf of core."""
