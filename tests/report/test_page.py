"""The page shows both ledgers, and needs nothing but itself."""

import loopsim
from loopsim.report import write


def test_the_page_of_a_run_is_self_contained_and_shows_both_ledgers(tmp_path):
    plan = loopsim.Scenario.parse(
        {
            "name": "page",
            "description": "<b>not markup</b>",
            "rounds": 6,
            "environment": {"kind": "lending", "people": 2000},
            "shocks": [{"at": 3, "set": "environment.economy", "to": -1}],
        }
    )
    run = loopsim.run(plan, out=tmp_path / "run")
    page = write(run.folder)
    text = page.read_text()
    assert "src=" in text and 'src="http' not in text and "<script" not in text
    assert "&lt;b&gt;not markup" in text
    assert "retrained" in text and "shock" in text
    true = run.summary()["true"]["recall"]["all"]
    assert f"{true:.3f}" in text
    names = ("ledgers", "groups", "labels", "pressure")
    assert all((tmp_path / "run" / "figures" / f"{n}.png").stat().st_size > 5000 for n in names)


def test_a_run_without_any_version_has_a_page(tmp_path):
    plan = loopsim.Scenario.parse(
        {
            "name": "still",
            "rounds": 2,
            "environment": {"kind": "lending", "people": 300},
            "model": "constant",
            "training": {"rule": "never", "history": {"rows": 0}},
        }
    )
    run = loopsim.run(plan, out=tmp_path / "run")
    assert "0 versions" in write(run.folder).read_text()
