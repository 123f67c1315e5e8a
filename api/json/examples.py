"""What the API answers, for its description to show: of the demo data, written by `python -m tools.examples`."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("examples.json")


def show_examples(document: dict[str, Any]) -> None:
    """Puts them into an OpenAPI document: to the schemas that answers have, and to answers that have none."""
    known: dict[str, dict[str, Any]] = json.loads(FILE.read_bytes())
    schemas: dict[str, Any] = document["components"]["schemas"]
    for name, example in known["schemas"].items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    for operation, example in known["paths"].items():
        method, path = operation.split(" ")
        described: dict[str, Any] = document["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
        for content in described.get("200", {}).get("content", {}).values():
            content.setdefault("example", example)
