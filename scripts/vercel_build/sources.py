"""The files that a deployment uploads: what git would keep and .vercelignore lets through."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from aicoach.local.paths import ROOT
from scripts.vercel_build.tools import Missing


def uploaded() -> Sequence[str]:
    """Their names, below the checkout; the same for a clone, a checkout with changes and an unpacked archive."""
    if shutil.which("git") is None:
        raise Missing("There is no git on PATH, which knows what .gitignore means.")
    # A repository without a single commit: every file is untracked in it, and only the ignore files decide.
    with tempfile.TemporaryDirectory() as empty:
        git = ["git", f"--git-dir={empty}", f"--work-tree={ROOT}"]
        env = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run([*git, "init", "-q"], check=True, env=env)
        # A folder that one file shuts cannot be opened again by the other: ask twice, take what both let through.
        kept = [
            subprocess.run(
                [*git, "ls-files", "--others", "-z", rule], cwd=ROOT, capture_output=True, check=True, env=env
            )
            for rule in ("--exclude-per-directory=.gitignore", f"--exclude-from={ROOT / '.vercelignore'}")
        ]
    names = [set(os.fsdecode(listing.stdout).split("\0")) - {""} for listing in kept]
    return sorted(names[0] & names[1])


def copy(names: Sequence[str], place: Path) -> None:
    """Put these files below ``place``."""
    for name in names:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def fingerprint(names: Sequence[str]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for name in names:
        total.update(f"{name}\0".encode() + hashlib.sha256((ROOT / name).read_bytes()).digest())
    return total.hexdigest()
