"""Final figures of small runs, as they were when somebody last looked at them.

Every lending scenario with few people and few rounds, and the first of them under every policy.
``make golden`` writes the summaries anew, and the change is read in review.

A run is the same to the last bit on one machine (promise 4), so with the library versions that made
a summary its figures agree to the six digits that are kept. Another scikit-learn, NumPy, SciPy or
Numba may end a solver's iteration or a sum in another last digit, which the refits carry on: then
figures agree within a ten-thousandth. More than that means that a decision has moved.
"""

import json
import os
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

import loopsim
from loopsim.registry import BUILT_IN, find
from loopsim.runs.summary import summary

GOLDEN = Path(__file__).parent / "golden" / "summaries"
SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios" / "lending").glob("*.yaml"))
LIBRARIES = ("numpy", "numba", "scikit-learn", "scipy")
PEOPLE, ROUNDS, SEED, DIGITS = 2000, 16, 1, 6
POLICIES = {
    name: {"kind": name} for name in BUILT_IN["policy"] if find("policy", name).form == "yes-no"
}
POLICIES["threshold"] |= {"at": 0.75}
POLICIES["budget"] |= {"share": 0.3}
POLICIES["max-utility"] |= {"at": {"black": 0.7}}
POLICIES["random"] |= {"explore": 0.1, "explore_yes": 0.5}


def small(file, **changes):
    """The scenario of a file with few people and rounds; its shocks keep their place in time."""
    plan = loopsim.Scenario.load(file).as_dict()
    for shock in plan["shocks"]:
        shock["at"] = shock["at"] * ROUNDS // plan["rounds"]
        shock["over"] = max(shock["over"] * ROUNDS // plan["rounds"], 1)
    plan |= {"rounds": ROUNDS, "seed": SEED}
    return loopsim.Scenario.parse(plan, {"environment.people": PEOPLE, **changes})


def figures(plan):
    """What is compared: counts, and each ledger as {metric: [everybody, group, group ...]}."""
    run = loopsim.run(plan, out=False)
    told = summary(run)
    kinds = Counter(event["kind"] for event in run.simulation.events)
    made = {"counts": {"decisions": told["decisions"], "versions": told["versions"]}}
    made["counts"] |= {f"events.{kind}": kinds[kind] for kind in sorted(kinds)}
    for ledger in ("true", "observed"):
        made[ledger] = {
            metric: [None if x is None else round(x, DIGITS) for x in by_group.values()]
            for metric, by_group in told[ledger].items()
        }
    return made


def written(made):
    """JSON with one figure a line, so that a review sees which of them moved."""
    parts = []
    for name, table in made.items():
        lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in table.items())
        parts.append(f"  {json.dumps(name)}: {{\n{lines}\n  }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def compare(name, made):
    path, here = GOLDEN / f"{name}.json", {library: version(library) for library in LIBRARIES}
    if os.environ.get("LOOPSIM_UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written({"made_with": here, **made}))
    assert path.is_file(), f"{path.name} is missing: make golden writes it"
    golden = json.loads(path.read_text())
    same = golden.pop("made_with") == here
    assert made["counts"] == golden["counts"]
    near = {"rel": 0.0, "abs": 10.0**-DIGITS} if same else {"rel": 1e-4, "abs": 1e-4}
    for ledger in ("true", "observed"):
        assert list(made[ledger]) == list(golden[ledger])
        for metric, values in golden[ledger].items():
            like = [x if x is None else pytest.approx(x, **near) for x in values]
            assert made[ledger][metric] == like, f"{ledger}.{metric}"


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_a_scenario_ends_with_the_figures_that_it_had(file):
    compare(file.stem, figures(small(file)))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_ends_with_the_figures_that_it_had(policy):
    (base,) = (file for file in SCENARIOS if file.stem == "selective_labels")
    compare(f"policy-{policy}", figures(small(base, policy=POLICIES[policy])))


def test_every_summary_belongs_to_a_test():
    names = {file.stem for file in SCENARIOS} | {f"policy-{name}" for name in POLICIES}
    assert {path.stem for path in GOLDEN.glob("*.json")} == names


def test_a_figure_that_moves_is_seen(monkeypatch):
    monkeypatch.delenv("LOOPSIM_UPDATE", raising=False)
    held = json.loads((GOLDEN / "selective_labels.json").read_text())
    held.pop("made_with")
    compare("selective_labels", held)
    held["true"]["auc"][0] += 1e-3
    with pytest.raises(AssertionError, match=r"true\.auc"):
        compare("selective_labels", held)
