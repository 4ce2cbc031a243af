"""The whole stack on a laptop: real parts, started, watched and stopped together."""
