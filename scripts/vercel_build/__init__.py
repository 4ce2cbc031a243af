"""The deployment, built on this machine the way the host builds it: no account, nothing sent."""
