"""One folder per subject; every folder has the same file names."""
