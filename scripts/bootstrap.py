"""Makes .venv from a lock file, with nothing but a bare Python, and only when the lock or the Python changed.

usage: python3 scripts/bootstrap.py REQUIREMENTS
"""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "aicoach-installed"


def main(lock: Path) -> None:
    # Whoever runs this with an older Python should read a sentence, not a stack trace.
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"AI Coach needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    wanted = fingerprint(lock)
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    began = time.monotonic()
    print(f"Installing Python packages into .venv from {lock.name} (about a minute the first time) …", flush=True)
    STAMP.unlink(missing_ok=True)
    make_venv()
    install(lock)
    STAMP.write_text(fingerprint(lock))
    print(f"  Python packages installed in {time.monotonic() - began:.0f} s", flush=True)


def fingerprint(lock: Path) -> str:
    return hashlib.sha256(f"{venv_python()}\n".encode() + lock.read_bytes()).hexdigest()


def venv_python() -> str:
    """The version of the Python in .venv; empty when there is none that runs, has pip and is new enough."""
    ask = "import pip, sys; print(sys.version if sys.version_info >= (3, 11) else '')"
    try:
        answer = subprocess.run([VENV / "bin" / "python", "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip()


def make_venv() -> None:
    """Create it, or keep a good one: two shells with different Pythons on PATH must not undo each other's."""
    if venv_python():
        return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        sys.exit(
            "Python could not make a virtual environment (on Debian: apt install python3-venv).\n"
            f"{made.stdout}{made.stderr}"
        )


def install(lock: Path) -> None:
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    # The lock names every package with its hash, so there is nothing left to resolve.
    argv = [*pip, "install", "--require-hashes", "--no-deps", "-r", str(lock)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as running:
        fetched = 0
        for line in running.stdout or ():
            if line.startswith("Collecting "):
                fetched += 1
                if fetched % 25 == 0:
                    print(f"  {fetched} packages fetched", flush=True)
            elif line.startswith("Installing collected"):
                print("  installing them", flush=True)
    if running.returncode:
        sys.exit(f"pip could not install {lock.name}; its message is above.")
    # The checkout itself becomes importable without building it.
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(
        subprocess.run([VENV / "bin" / "python", "-c", ask], capture_output=True, text=True, check=True).stdout.strip()
    )
    (packages / "aicoach.pth").write_text(f"{ROOT}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
