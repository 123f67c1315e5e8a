"""`python -m tools.services up|down|env`: what `make services` and `make services-stop` run."""

import argparse
import sys

from tools.services.both import Services, down, found, up
from tools.services.places import Missing, cache_folder, passing_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.services", description=__doc__)
    parser.add_argument("do", choices=["up", "down", "env"], help="start both, stop both, tell where they are")
    parser.add_argument(
        "--passing", action="store_true", help="those of the tests, with data in memory; down stops all"
    )
    cache, given = cache_folder(), parser.parse_args()
    try:
        home = passing_folder() if given.passing else cache
        match given.do:
            case "up":
                _print(up(cache, _say, home))
            case "env":
                _print(found(home))
            case _:
                _say(f"Stopped: {', '.join(down(cache, cache, passing_folder())) or 'nothing ran'}.")
    except (Missing, OSError) as error:
        _say(str(error))
        return 1
    return 0


def _print(services: Services) -> None:
    """Fit for copying into a shell, or for `eval "$(make -s services)"`."""
    print(f"export LAERDOM_DATABASE='{services.database}'")
    print(f"export LAERDOM_ELASTICSEARCH='{services.elasticsearch}'")


def _say(words: str) -> None:
    print(words, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
