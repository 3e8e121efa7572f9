import loopsim
from loopsim.report.again import commands, own_code

CODE = """
import numpy as np

class Coin:
    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)
"""


def test_a_finished_run_is_repeated_and_a_closed_loop_cut(lending, tmp_path):
    run = loopsim.run(lending(**{"loops.outcome": 0}), out=tmp_path / "run")
    assert [command for _, command in commands(run)] == [
        f"loopsim run {run.folder}/scenario.yaml",
        f"loopsim cut {run.folder}/scenario.yaml --loop sampling",
    ]


def test_with_no_loop_closed_there_is_none_to_cut(lending, tmp_path):
    loops = {f"loops.{name}": 0 for name in lending().strengths()}
    run = loopsim.run(lending(rounds=4, **loops), out=tmp_path / "run")
    assert len(commands(run)) == 1


def test_own_code_is_named_wherever_it_is_needed(lending, tmp_path, interrupted):
    file = tmp_path / "my coin.py"
    file.write_text(CODE)
    model = {"kind": "file", "path": str(file), "name": "Coin"}
    loopsim.registry.allow_code([file])
    run = interrupted(lending(model=model), tmp_path / "run", "on_labels", 4)
    assert [command for _, command in commands(run)] == [
        f"loopsim resume {run.folder} --code '{file}'",
        f"loopsim run {run.folder}/scenario.yaml --code '{file}'",
        f"loopsim cut {run.folder}/scenario.yaml --loop outcome --code '{file}'",
    ]


def test_own_code_is_found_in_lists_and_deep_down():
    deep = {"a": [{"kind": "file", "path": "x.py"}], "b": {"c": {"kind": "file", "path": "y.py"}}}
    assert list(own_code(deep)) == ["x.py", "y.py"]
    assert list(own_code({"kind": "rows", "path": "people.csv"})) == []
