"""python -m scripts.vercel_build: builds the deployment and says what came out."""

import sys

from aicoach.local.errors import LocalError
from scripts.vercel_build.build import build


def main() -> int:
    try:
        built = build(print)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    for function in built.functions:
        if function.settings["runtime"].startswith("python"):
            about = f"{function.settings['runtime']}, {function.settings['maxDuration']} s at most"
            print(f"  {function.service:<9} {function.bytes / 1e6:.1f} MB unpacked, {about}")
    web = [each.name for each in built.functions if each.service == "web" and not each.folder.is_symlink()]
    print(f"  web       {len(web)} functions, {len(built.static)} static files")
    for cron in built.config["crons"]:
        print(f"  cron      {cron['schedule']:<12} {cron['path']}")
    print(f"  output    {built.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
