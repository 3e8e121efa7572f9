"""loopsim schema: the JSON Schema of scenario files."""

from __future__ import annotations

import json


def schema() -> None:
    """Print the JSON Schema of scenario files, from which editors complete and check."""
    from loopsim.scenario import Scenario

    document = Scenario.model_json_schema()
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    document["properties"]["extends"] = {
        "type": "string",
        "description": "another scenario file, beside this one, that this one changes",
    }
    print(json.dumps(document, indent=2))
