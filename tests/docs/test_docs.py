"""What the documentation says can be typed can be typed, and does what it says.

An HTML comment before a fenced block says what to do with it: ``<!-- file: NAME -->`` keeps it as a
file, ``<!-- run -->`` runs it (Python, or lines of the command line) beside those files, and
``<!-- prints -->`` compares it with what the block before it printed.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML
from typer.testing import CliRunner

import loopsim
from loopsim.cli import app
from loopsim.scenario import Scenario

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"(?:^<!-- (?P<todo>[^>]+?) -->\n+)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
NAMED_FILE = re.compile(
    r"(?<![\w/.-])(?:scenarios|loopsim|experiments|benchmarks|results/reference|docs)"
    r"/[\w/-]+\.(?:py|yaml|md|png)"
)


@dataclass(frozen=True)
class Block:
    todo: str
    language: str
    text: str


def blocks(page):
    return [
        Block(found["todo"] or "", found["language"], found["text"])
        for found in FENCE.finditer(page.read_text(encoding="utf-8"))
    ]


def lines(block):
    """The command lines of loopsim in a block, as words."""
    if block.language not in ("", "sh"):
        return []
    text = block.text.replace("\\\n", " ")  # a backslash goes on in the next line
    words = [shlex.split(line, comments=True) for line in text.splitlines()]
    return [line[1:] for line in words if line and line[0] == "loopsim"]


def find(words):
    """The command that some words name, and the words that are left for it."""
    command, left = typer.main.get_command(app), list(words)
    while left and hasattr(command, "commands"):
        assert left[0] in command.commands, f"loopsim {' '.join(words)}: no such verb"
        command = command.commands[left.pop(0)]
    return command, left


def ids(page):
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_line_in_the_docs_parses(page):
    for block in blocks(page):
        for words in lines(block):
            command, left = find(words)
            command.make_context(words[0], left)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_verb_named_in_a_sentence_exists(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for span in re.findall(r"`loopsim ([^`]+)`", text):
        words = [word for word in span.split() if not word.startswith("-")]
        command = typer.main.get_command(app).commands
        assert words[0] in command, f"loopsim {span}"
        inner = getattr(command[words[0]], "commands", None)
        assert inner is None or len(words) == 1 or words[1] in inner, f"loopsim {span}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_python_compiles_and_uses_public_names_that_exist(page):
    for block in (b for b in blocks(page) if b.language == "python"):
        compile(block.text, str(page), "exec")
        for name in re.findall(r"(?<![\w.])loopsim\.(\w+)\(", block.text):
            assert hasattr(loopsim, name), f"loopsim.{name}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_yaml_is_a_part_of_a_scenario(page):
    for block in (b for b in blocks(page) if b.language == "yaml"):
        keys = set(YAML(typ="safe", pure=True).load(block.text))
        assert keys <= {*Scenario.model_fields, "extends"}, block.text


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_that_the_docs_name_is_there(page):
    missing = {
        name
        for name in NAMED_FILE.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).is_file()
    }
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_and_picture_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert "://" in target or (page.parent / target).exists(), target


def test_every_page_is_in_the_sites_navigation():
    site = YAML(typ="safe", pure=True).load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    named = re.findall(r"[\w/]+\.md", str(site["nav"]))
    assert sorted(named) == sorted(str(p.relative_to(ROOT / "docs")) for p in PAGES[1:])


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "reference").glob("*.md")), ids=ids)
def test_the_reference_names_what_exists(page):
    names = re.findall(r"^::: ([\w.]+)$", page.read_text(encoding="utf-8"), re.M)
    assert names
    for name in names:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name


RUNNABLE = [page for page in PAGES if any(block.todo for block in blocks(page))]


@pytest.mark.parametrize("page", RUNNABLE, ids=ids)
def test_marked_blocks_run_and_print_what_they_say(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    names, printed = {"__name__": "docs"}, ""
    for block in blocks(page):
        kind, _, name = block.todo.partition(": ")
        if kind == "file":
            Path(name).write_text(block.text, encoding="utf-8")
        elif kind == "run" and block.language == "python":
            exec(compile(block.text, f"{page.name}, a block", "exec"), names)
            printed = capsys.readouterr().out
        elif kind == "run":
            printed = "".join(type_in(words) for words in lines(block))
        elif kind == "prints":
            assert printed.split() == block.text.split()
        else:
            assert not block.todo, f"unknown mark {block.todo!r}"


def type_in(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, f"loopsim {' '.join(words)}: {result.output} {result.exception}"
    return result.stdout


def test_the_pages_do_have_blocks_that_run():
    assert sum(block.todo == "run" for page in PAGES for block in blocks(page)) >= 6
