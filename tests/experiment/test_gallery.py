"""The gallery shows every experiment: picture, claim, verdict and command; and nothing runs."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from loopsim import registry
from loopsim.experiment import gallery, load, names
from loopsim.experiment.reference import committed

ROOT = Path(__file__).parents[2]
HOOK = ROOT / "docs" / "gallery_hook.py"


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_every_experiment_is_shown_with_its_verdict_and_the_command():
    page = gallery.page()
    for name in names():
        one = load(name)
        assert one.claim in page
        assert one.caption in page
        assert f"loopsim experiment run {name}\n" in page
        assert committed(name).verdict.replace("MISSED", "**MISSED**") in page


def test_every_picture_on_the_page_is_a_file_of_the_site():
    page, pictures = gallery.page(), gallery.pictures()
    assert page.count("](gallery/") == len(pictures) > 8
    assert all(f"]({address})" in page and file.is_file() for address, file in pictures.items())


def test_the_site_puts_it_where_its_mark_is_and_nowhere_else():
    registry.allow_code([HOOK])
    shown = registry.load_code(HOOK, "on_page_markdown")
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    page, other = (
        SimpleNamespace(file=SimpleNamespace(src_uri=uri)) for uri in ("gallery.md", "a.md")
    )
    assert gallery.page() in shown(text, page, config=None, files=None)
    assert shown(text, other, config=None, files=None) == text
