"""What is missing or wrong in an experiment's file is told, file and part, before anything runs."""

from pathlib import Path

import pytest

from loopsim.errors import InputError
from loopsim.experiment import load, names

ROOT = Path(__file__).parents[2]
TEXT = '''"""Does it?"""
CLAIM, SOURCE, CAPTION, CONTROL = "It does.", "Nobody (2020)", "The line.", "Nothing."
KIND, SEEDS = "pathology", range(3)
TOPIC, WORLD, LOOP, MEND = "echo chamber", "recommender", ("model", "feature"), "Nothing."
def checks(): return []
def draw(checks, path): pass
'''


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / f"e{abs(hash(text))}.py"  # loaded once a name
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def test_a_whole_file_is_read(written):
    found = load(written(TEXT))
    assert (found.question, found.kind, found.seeds) == ("Does it?", "pathology", "3 seeds")
    assert (found.topic, found.loops) == ("echo chamber", ("model", "feature"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"It does."', '""', "CLAIM: ''; must say what is claimed"),
        ("CAPTION", "CAPTAIN", "CAPTION: missing; must say what to look at"),
        ('"pathology"', '"patology"', "KIND: 'patology'; .* did you mean 'pathology'"),
        ("range(3)", "0", "SEEDS: 0; must be a number"),
        ('"echo chamber"', '"echo chambers"', "TOPIC: .* did you mean 'echo chamber'"),
        ('"recommender"', '"music"', "WORLD: 'music'; there are lending"),
        ('"feature")', '"features")', "LOOP: 'features'; .* did you mean 'feature'"),
        ("def checks", "def check", "checks: missing; must be a function"),
        ('"""Does it?"""', "", "docstring is missing"),
    ],
)
def test_each_part_that_is_missing_or_wrong_is_told_with_its_file(written, old, new, told):
    file = written(TEXT.replace(old, new, 1))
    with pytest.raises(InputError, match=told) as raised:
        load(file)
    assert all(line.startswith(file) for line in str(raised.value).splitlines())


def test_all_faults_are_told_at_once(written):
    with pytest.raises(InputError) as raised:
        load(written("KIND = 'published'\n"))
    assert len(str(raised.value).splitlines()) == 8


def test_all_files_of_the_repository_are_of_the_form(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = [load(name) for name in names()]
    assert {"published", "pathology"} <= {one.kind for one in found}
    for one in found:
        assert (one.kind == "pathology") == (one.file.parent.name == "pathologies")
        assert not one.world or one.name.startswith(one.world)


def test_outside_the_repository_it_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        names()


def test_an_unknown_experiment_names_the_nearest(monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(InputError, match="did you mean 'delayed_impact'"):
        load("delayed_impct")
    with pytest.raises(InputError, match="no such file"):
        load("nowhere/mine.py")
