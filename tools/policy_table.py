"""Writes the table of the policy into docs/security.md, where the marks are: `python -m tools.policy_table`."""

from pathlib import Path

from domain.policy import RULES

PAGE = Path(__file__).parents[1] / "docs" / "security.md"
BEGIN, END = "<!-- the table of domain/policy.py begins -->\n", "<!-- the table ends -->\n"


def table() -> str:
    """A row for each thing and action: who may."""
    rows = ["| thing | action | who may |", "|---|---|---|"]
    for kind, actions in RULES.items():
        rows += [f"| {kind} | {action} | {', '.join(who)} |" for action, who in actions.items()]
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    """The page with the table as it is now. Raises `ValueError` for a page without the marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("The page has no marks for the table.")
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
