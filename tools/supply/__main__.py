"""`python -m tools.supply audit|sbom`: what `make audit` and `make sbom` run."""

import argparse
import sys
from pathlib import Path

from tools.supply.audit import audit
from tools.supply.sbom import sbom

ROOT = Path(__file__).parents[2]
LIST = "sbom.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.supply", description=__doc__)
    parser.add_argument("do", choices=["audit", "sbom"], help="look for known vulnerabilities, write the list")
    given, options = parser.parse_known_args()
    if options and given.do != "audit":
        parser.error("only the audit takes options: those of pip-audit")
    try:
        if given.do == "audit":
            return 0 if audit(ROOT, print, *options) else 1
        (ROOT / LIST).write_text(sbom(ROOT), "utf-8")
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Written to {LIST}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
