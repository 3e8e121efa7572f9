"""The page shows both ledgers, and needs nothing but itself."""

import json
import re

import pytest
from markupsafe import escape

import loopsim
from loopsim.environments.lending.world import EDGES
from loopsim.errors import RunFolderError
from loopsim.report import write


def figures(run):
    return {path.stem for path in (run.folder / "figures").iterdir()}


def shown(text):
    """What a reader sees: no pictures, no markup, not the scenario as it was given."""
    return re.sub(r"<style.*?</style>|<pre>.*?</pre>|<[^>]*>", " ", text, flags=re.S)


def test_the_page_of_a_run_is_self_contained_and_shows_both_ledgers(lending, tmp_path):
    run = loopsim.run(lending(), out=tmp_path / "run")
    text = write(run.folder).read_text()
    assert text.count('src="data:image/png;base64,') == text.count("src=") == 5
    assert "<script" not in text and "href=" not in text
    assert "&lt;b&gt;not markup" in text
    assert "retrained" in text and "shock" in text
    true = run.summary()["true"]
    assert f"{true['recall']['all']:.3f}" in text and f"{true['gap.recall']['all']:.3f}" in text
    assert figures(run) == {"ledgers", "groups", "world", "pressure", "lineage"}


def test_the_loops_are_told_in_the_words_of_the_world_and_what_is_read_is_ticked(lending, tmp_path):
    plan = lending(**{"loops.outcome": 0, "loops.feature": 0.5})
    text = write(loopsim.run(plan, out=tmp_path / "run").folder).read_text()
    for edge in EDGES:
        closed = {"outcome": "unread"}.get(edge.name, "read")
        cut = {"outcome": "read", "feature": "read"}.get(edge.name, "unread")
        assert f'<td class="{closed}">{escape(edge.closed)}</td>' in text
        assert f'<td class="{cut}">{escape(edge.cut)}</td>' in text


def test_a_run_without_any_version_has_a_page(lending, tmp_path):
    changes = {"model": "constant", "training.rule": "never", "training.history.rows": 0}
    run = loopsim.run(lending(rounds=4, **changes), out=tmp_path / "run")
    assert "0 versions" in write(run.folder).read_text()


def test_the_page_of_an_interrupted_run_says_so_and_how_to_go_on(lending, tmp_path, interrupted):
    run = interrupted(lending(), tmp_path / "a run", "on_labels", 4)
    text = write(run.folder).read_text()
    assert "4 of 6\nrounds" in text and "interrupted" in text and "KeyboardInterrupt" in text
    assert f"loopsim resume &#39;{run.folder}&#39;" in text
    assert "loopsim resume" not in write(loopsim.resume(run.folder).folder).read_text()


def test_a_run_stopped_before_its_first_round_has_a_page_without_figures(
    lending, tmp_path, interrupted
):
    run = interrupted(lending(), tmp_path / "run", "on_labels", 0)
    text = write(run.folder).read_text()
    assert "No round has finished" in text and "<img" not in text
    assert "loopsim resume" in text and "retrained" in text
    assert not (run.folder / "figures").exists()


def test_a_world_with_one_group_has_no_gaps(toy, tmp_path):
    plan = toy(environment={"kind": "lonely"})
    run = loopsim.run(plan, out=tmp_path / "run")
    text = write(run.folder).read_text()
    assert figures(run) == {"ledgers", "world", "lineage"}
    assert '<th colspan="2">all</th></tr>' in text
    assert "everyone" not in shown(text).split("The five loops")[0]


def test_a_world_with_other_metrics_and_blank_edges_has_a_page_of_its_own(toy, tmp_path):
    run = loopsim.run(toy(), out=tmp_path / "run")
    text = write(run.folder).read_text()
    assert figures(run) == {"ledgers", "groups", "world", "lineage"}  # it states no pressures
    assert "<tr><th>income</th>" in text and "<tr><th>repayment</th>" not in text
    assert '<td class="read">the decision hides or changes the label</td>' in text
    assert '<td class="unread">–</td>' in text


def test_a_run_of_before_the_words_were_kept_falls_back_to_general_ones(lending, tmp_path):
    run = loopsim.run(lending(), out=tmp_path / "run")
    path = run.folder / "manifest.json"
    path.write_text(json.dumps({k: v for k, v in run.manifest.items() if k != "loops"}))
    assert '<td class="read">past decisions change features</td>' in write(run.folder).read_text()


def test_an_event_without_a_fact_shows_a_dash_and_never_nan(lending, tmp_path):
    run = loopsim.run(lending(), out=tmp_path / "run")
    with (run.folder / "events.jsonl").open("a") as file:
        file.write('{"round": 5, "kind": "incident"}\n')
    text = write(run.folder).read_text()
    dashes = '<td class="n">–</td><td class="n">–</td><td>–</td>'
    assert f'<td class="n">5</td><td>incident</td>{dashes}' in text
    assert '<td class="n">0</td><td>retrained</td><td class="n">1</td>' in text
    assert not re.search(r"\bnan\b|\bNone\b", shown(text), re.IGNORECASE)


def test_the_same_run_gives_the_same_bytes(lending, tmp_path):
    def contents():
        write(run.folder)
        paths = [run.folder / "report.html", *(run.folder / "figures").iterdir()]
        return {path.name: path.read_bytes() for path in paths}

    run = loopsim.run(lending(), out=tmp_path / "run")
    assert contents() == contents()


def test_a_folder_that_cannot_be_written_is_named(lending, tmp_path):
    run = loopsim.run(lending(), out=tmp_path / "run")
    (run.folder / "figures").write_text("in the way")
    with pytest.raises(RunFolderError, match="figures"):
        write(run.folder)
