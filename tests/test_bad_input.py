"""Bad inputs, each with the message that it gets: file, line, key path, value, what is allowed.

The messages are golden: ``make golden`` writes them anew, and the change is read in review.
"""

import os
from pathlib import Path

import pytest

import loopsim
from loopsim import registry
from loopsim.errors import InputError, LoopsimError

GOLDEN = Path(__file__).parent / "golden" / "bad_input"
HEAD = "name: bad\nenvironment: {kind: lending, people: 100}\n"
ROWS = (
    "name: bad\nenvironment:\n  kind: lending\n"
    "  population: {{kind: rows, path: {path}, law: {law}}}\n"
)
#: What lies beside them.
BESIDE = {
    "base.yaml": HEAD,
    "circle.yaml": "extends: extends-a-circle.yaml\n",
    "people.csv": "incme,sex\n1,f\n",
    "sound.csv": "income,sex\n1,f\n",
    "people.parquet": "no table at all",
    "other.json": '{"format": "other"}',
    "law.json": '{"format": "loopsim lending law 1", "features": [{"name": "income"}], '
    '"group": {"column": "sex", "groups": ["f", "m"]}}',
}

#: Scenario files: what stands in the file.
FILES = {
    "empty": "",
    "not-a-mapping": "- 1\n- 2\n",
    "not-yaml": "name: [unclosed\n",
    "duplicate-key": "name: a\nname: b\n",
    "nothing-required": "seed: 1\n",
    "unknown-key": HEAD + "polcy: {kind: threshold}\n",
    "unknown-nested-key": HEAD + "labels: {dealy: {kind: fixed}}\n",
    "kind-is-empty": "name: bad\nenvironment: {kind: }\n",
    "policy-without-kind": HEAD + "policy: {at: 0.5}\n",
    "rounds-is-empty": HEAD + "rounds:\n",
    "section-is-empty": HEAD + "training:\n",
    "environment-is-empty": "name: bad\nenvironment:\n",
    "unknown-environment": "name: bad\nenvironment: {kind: lendin}\n",
    "environment-without-kind": "name: bad\nenvironment: {people: 100}\n",
    "environment-is-a-number": "name: bad\nenvironment: 7\n",
    "unknown-policy": HEAD + "policy: {kind: treshold, at: 0.5}\n",
    "unknown-model": HEAD + "model: logistc\n",
    "unknown-delay": HEAD + "labels: {delay: {kind: lognorml}}\n",
    "unknown-rule": HEAD + "training: {rule: {kind: evry, rounds: 4}}\n",
    "unknown-window": HEAD + "training: {window: {kind: slidng, rounds: 4}}\n",
    "unknown-population": "name: bad\nenvironment: {kind: lending, population: transunion}\n",
    "threshold-without-at": HEAD + "policy: {kind: threshold}\n",
    "threshold-above-one": HEAD + "policy: {kind: threshold, at: 1.7}\n",
    "threshold-is-text": HEAD + "policy: {kind: threshold, at: high}\n",
    "parameter-of-another-kind": HEAD + "policy: {kind: break-even, at: 0.5}\n",
    "negative-people": "name: bad\nenvironment: {kind: lending, people: -5}\n",
    "people-is-a-fraction": "name: bad\nenvironment: {kind: lending, people: 10.5}\n",
    "zero-rounds": HEAD + "rounds: 0\n",
    "negative-seed": HEAD + "seed: -1\n",
    "strength-above-one": HEAD + "loops: {outcome: 2}\n",
    "strength-is-a-word": HEAD + "loops: {outcome: open}\n",
    "strength-is-empty": HEAD + "loops: {outcome: }\n",
    "unknown-loop": HEAD + "loops: {outcom: 0}\n",
    "noise-above-half": HEAD + "labels: {noise: 0.9}\n",
    "not-a-number": HEAD + "labels: {noise: .nan}\n",
    "delay-of-zero-rounds": HEAD + "labels: {delay: {kind: fixed, rounds: 0}}\n",
    "unknown-weights": HEAD + "training: {weights: inverse-propensty}\n",
    "unknown-reject-inference": HEAD + "training: {reject_inference: fuzy}\n",
    "unknown-log-level": HEAD + "log: {level: ful}\n",
    "log-share-of-zero": HEAD + "log: {level: sampled, share: 0}\n",
    "blank-name": 'name: ""\nenvironment: {kind: lending}\n',
    "estimator-without-module": HEAD + "model: {kind: estimator, use: LogisticRegression}\n",
    "name-with-slash": "name: a/b\nenvironment: {kind: lending}\n",
    "unknown-group": HEAD + "policy: {kind: max-utility, at: {whit: 0.5}}\n",
    "threshold-of-a-group-above-one": HEAD + "policy: {kind: max-utility, at: {white: 5}}\n",
    "mix-above-one": "name: bad\nenvironment: {kind: lending, mix: {black: 3}}\n",
    "gain-of-zero": "name: bad\nenvironment: {kind: lending, money: {gain: 0}}\n",
    "show-group-is-a-word": "name: bad\nenvironment: {kind: lending, show_group: perhaps}\n",
    "unknown-group-in-mix": "name: bad\nenvironment: {kind: lending, mix: {blak: 0.1}}\n",
    "unknown-event": "name: bad\nenvironment: {kind: lending, moves: {repayed: {score: 1}}}\n",
    "unknown-feature": "name: bad\nenvironment: {kind: lending, moves: {repaid: {scor: 1}}}\n",
    "unknown-feature-in-a-list": "name: bad\nenvironment:\n  kind: lending\n  pipeline:\n"
    "    - {feature: score, blank: true}\n    - {feature: scoer, blank: true}\n",
    "unknown-history-feature": HEAD + "training: {history: {feature: scoer}}\n",
    "rows-without-file": ROWS.format(path="peple.csv", law="lw.json"),
    "own-model-without-file": HEAD + "model: {kind: file, path: my_model.py, name: Mine}\n",
    "shock-outside-the-world": HEAD + "shocks: [{at: 3, set: policy.at, to: 0.5}]\n",
    "shock-of-an-unknown-key": HEAD + "shocks: [{at: 3, set: environment.econmy, to: -1}]\n",
    "shock-of-what-is-fixed": HEAD + "shocks: [{at: 3, set: environment.people, to: 5}]\n",
    "shock-too-late": HEAD + "rounds: 5\nshocks: [{at: 9, set: environment.economy, to: -1}]\n",
    "shock-to-text": HEAD + "shocks: [{at: 3, set: environment.economy, to: bad}]\n",
    "shock-to-nothing": HEAD + "shocks: [{at: 3, set: environment.economy, to: }]\n",
    "shock-without-anything": HEAD + "shocks: [{}]\n",
    "shock-of-a-number": HEAD + "shocks: [{at: 3, set: 5}]\n",
    "shock-without-value": HEAD + "shocks: [{at: 3, set: environment.apply}]\n",
    "shocks-of-no-list": HEAD + "shocks: {at: 3, set: environment.apply, to: 1}\n",
    "shock-out-of-range": HEAD + "shocks: [{at: 3, set: environment.apply, to: 7}]\n",
    "shock-with-an-unknown-key": HEAD
    + "shocks:\n  - at: 3\n    set: environment.pipeline\n    to:\n      - {feature: score}\n"
    "      - {feature: score, blnk: true}\n",
    "shock-with-an-unknown-feature": HEAD
    + "shocks: [{at: 3, set: environment.pipeline, to: [{feature: scoer}]}]\n",
    "shock-with-an-unknown-group": HEAD
    + "shocks: [{at: 3, set: environment.mix, to: {blak: 0.5}}]\n",
    "shock-inside-what-is-empty": HEAD + "shocks: [{at: 3, set: environment.mix.black, to: 0.5}]\n",
    "three-faulty-shocks": HEAD + "rounds: 5\nshocks:\n"
    "  - {at: 9, set: environment.econmy, to: 1}\n"
    "  - {at: 1, set: policy.at, to: 1}\n"
    "  - {at: 1, set: environment.apply, to: 2}\n",
    "gradual-shock-of-a-list": HEAD
    + "shocks: [{at: 3, over: 4, set: environment.pipeline, to: []}]\n",
    "extends-nothing": "extends: bsae.yaml\n" + HEAD,
    "extends-nothing-named": "extends:\n" + HEAD,
    "extends-a-circle": HEAD + "extends: circle.yaml\n",
    "extends-itself": "extends: extends-itself.yaml\n" + HEAD,
    "corrects-twice": HEAD
    + "training:\n  weights: inverse-propensity\n  reject_inference: reweighting\n",
    "law-of-another-format": ROWS.format(path="people.csv", law="other.json"),
    "law-that-is-no-json": ROWS.format(path="people.csv", law="people.csv"),
    "people-without-a-column": ROWS.format(path="people.csv", law="law.json"),
    "people-that-are-no-table": ROWS.format(path="people.parquet", law="law.json"),
    "people-of-another-kind-of-file": ROWS.format(path="law.json", law="law.json"),
    "features-of-rows-are-unknown": ROWS.format(path="sound.csv", law="law.json")
    + "training: {history: {feature: incom}}\n",
    "faults-of-every-kind-at-once": "name: bad\nrounds: x\n"
    "environment: {kind: lending, apply: 2, mix: {blak: 1}}\n"
    "policy: {kind: threshold, at: 3}\n"
    "training: {history: {feature: scoer}, weights: inverse-propensity, "
    "reject_inference: reweighting}\n"
    "shocks: [{at: 3, set: environment.econmy, to: 1}, {at: 99, set: environment.apply, to: 0}]\n",
    "five-faults-at-once": "name: bad\nrounds: x\nseed: -1\n"
    "environment: {kind: lending, apply: 2}\n"
    "policy: {kind: threshold, at: 3}\nlog: {level: no}\n",
}

#: Overrides of a sound scenario.
SETS = {
    "set-unknown-key": {"polcy.at": 0.7},
    "set-below-a-number": {"seed.x": 1},
    "set-out-of-range": {"environment.apply": 7},
}

#: Scenarios that are sound as files but name an estimator that cannot be used.
MODELS = {
    "model-of-an-unknown-module": {"use": "sklearn.linear_mode.LogisticRegression"},
    "model-of-an-unknown-class": {"use": "sklearn.linear_model.LogisticRegresion"},
    "model-that-is-no-estimator": {"use": "subprocess.Popen", "parameters": {"args": "true"}},
    "model-with-an-unknown-parameter": {
        "use": "sklearn.linear_model.LogisticRegression",
        "parameters": {"penality": 1},
    },
}


@pytest.fixture(autouse=True)
def only_built_in_kinds(monkeypatch):
    monkeypatch.setattr(registry, "_added", {})


def said(error: LoopsimError, folder: Path) -> str:
    return str(error).replace(f"{folder.resolve()}/", "").replace(str(folder.resolve()), "FOLDER")


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("LOOPSIM_UPDATE"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    assert path.read_text() == text + "\n"


@pytest.mark.parametrize("name", FILES)
def test_a_bad_scenario_file_says_what_is_wrong_where_and_what_is_allowed(
    name, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for beside, text in BESIDE.items():
        (tmp_path / beside).write_text(text)
    (tmp_path / f"{name}.yaml").write_text(FILES[name])
    with pytest.raises(InputError) as caught:
        loopsim.Scenario.load(f"{name}.yaml")
    compare(name, said(caught.value, tmp_path))


@pytest.mark.parametrize("name", SETS)
def test_a_bad_override_says_so(name, tmp_path):
    with pytest.raises(InputError) as caught:
        loopsim.Scenario.parse(
            {"name": "x", "environment": {"kind": "lending", "people": 100}}, SETS[name]
        )
    compare(name, said(caught.value, tmp_path))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_cannot_be_used_is_refused_and_nothing_is_written(name, tmp_path):
    plan = loopsim.Scenario.parse(
        {
            "name": "x",
            "environment": {"kind": "lending", "people": 100},
            "model": {"kind": "estimator", **MODELS[name]},
        }
    )
    with pytest.raises(InputError) as caught:
        loopsim.run(plan, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()
    compare(name, said(caught.value, tmp_path))


def test_there_are_at_least_fifty_of_them():
    assert len(FILES) + len(SETS) + len(MODELS) >= 50
