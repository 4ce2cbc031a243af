"""Runs on the host between installing and packing: takes out of the packages what no request ever reads.

Half a function would otherwise be the names of towns behind phone numbers and the calendars of a thousand locales.
Texts are written in English, Hindi and Bengali; for any other locale babel, asked for one that is not there, says so,
and we write English.
"""

import shutil
import sys
import sysconfig
from pathlib import Path

#: Below site-packages: what goes, and what of it stays.
UNREAD = (
    "babel/locale-data/*.dat",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/tzdata",
    "pip",
    "pip-*.dist-info",
)
READ = ("root.dat", "en.dat", "en_*.dat", "hi.dat", "hi_*.dat", "bn.dat", "bn_*.dat")


def trim(packages: Path) -> int:
    """Remove what is unread from a site-packages folder; how many bytes that was."""
    unread = [path for pattern in UNREAD for path in packages.glob(pattern)]
    return sum(remove(path) for path in unread if not any(path.match(kept) for kept in READ))


def remove(path: Path) -> int:
    """Remove a file or a folder; how many bytes it had."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    size = sum(each.stat().st_size for each in files)
    if path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path)
    return size


if __name__ == "__main__":
    packages = Path(sysconfig.get_path("purelib"))
    if sys.prefix == sys.base_prefix:
        sys.exit("This removes files of installed packages: it runs in the build's own virtual environment only.")
    sys.stdout.write(f"trimmed {trim(packages) / 1e6:.0f} MB from {packages}\n")
