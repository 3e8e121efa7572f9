"""Makes the notebooks from notebooks/source/: one for the class, and one with the solutions.

    python notebooks/build.py

A source is a Python file with ``# %%`` cells; a cell with ``tags=["solution"]`` is left empty for
the class. Notebooks are kept without outputs: nobody reads an answer before they have asked.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat

HERE = Path(__file__).parent
EMPTY = "# Your turn.\n"


def notebooks(source: Path) -> dict[Path, str]:
    """The two notebooks of a source, as text by file."""
    full = jupytext.read(source)
    return {
        HERE / f"{source.stem}.ipynb": _text(full, solutions=False),
        HERE / "solutions" / f"{source.stem}.ipynb": _text(full, solutions=True),
    }


def _text(full: Any, *, solutions: bool) -> str:
    cells = []
    for number, cell in enumerate(full.cells):
        solved = "solution" in cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            made = nbformat.v4.new_markdown_cell(cell.source)
        else:
            made = nbformat.v4.new_code_cell(EMPTY if solved and not solutions else cell.source)
        made["id"] = f"cell-{number:02d}"
        cells.append(made)
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text: str = nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=metadata))
    # A notebook lies one folder deeper with its solutions, and so do the files that it names.
    return (text.replace("../scenarios/", "../../scenarios/") if solutions else text) + "\n"


def main() -> None:
    """Write all notebooks."""
    for source in sorted((HERE / "source").glob("*.py")):
        for file, text in notebooks(source).items():
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(file.relative_to(HERE.parent))


if __name__ == "__main__":
    sys.exit(main())
