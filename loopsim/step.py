"""One round, read top to bottom. READ THIS FIRST.

A round is eleven phases; each is a function below, in the order in which they happen. `sim` holds
the round in the making: what one phase finds out, the next ones read. The five loops are five
readings of `edges.<loop>`: oversight here, model in `retraining/fitting.py`, the others in
the environment (sampling in `arrivals`, feature in `features`, outcome in `outcomes`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from loopsim.cases import Cases
from loopsim.clock import Phase
from loopsim.environments.base import UNKNOWN, cases_of, form
from loopsim.feedback import FAR
from loopsim.memory import Panel
from loopsim.monitoring import truth
from loopsim.retraining import canary, fitting, gating, rollback
from loopsim.retraining.base import Readings
from loopsim.slates import Slates

if TYPE_CHECKING:
    from loopsim.simulation import Simulation


def labels(sim: Simulation, t: int) -> None:
    """1. Labels that fall due are revealed in the log: late, noisy, or never."""
    sim.office.clean(sim, t)
    came = sim.log.reveal(t)
    batch = came if sim.losses is None else sim.losses.joined(t, came)
    sim.dashboard.start(t)
    sim.dashboard.see_labels(t, batch)
    sim.labels_since_fit += sim.crossing.total("labels", len(batch))
    kept = sim.office.of_labels(t, batch)
    for watcher in (*sim.watch, sim.desk, sim.canary):
        if hasattr(watcher, "see_labels"):
            watcher.see_labels(t, kept)
    sim.tell("on_labels", t, came)


def monitor(sim: Simulation, t: int) -> None:
    """2. The team's readings are refreshed, from the log alone; monitors may be alarmed."""
    alarms = sim.watch.read(t)
    for name, why in alarms.items():
        sim.event("alarm", t, reason=f"{name}: {why}", rows=0)
    since, path = t - sim.last_fit, partial(sim.series.since, "observed", sim.last_fit)
    sim.readings = Readings(
        sim.labels_since_fit, since, sim.observed_now, tuple(alarms), sim.fits, path
    )


def retrain(sim: Simulation, t: int) -> None:
    """3. If the rule says so, a candidate is fitted and goes to the gate (edge: model)."""
    rollback.roll_back(sim, t)
    gating.settle(sim, t)
    reason = sim.rule.due(sim.readings, t) or sim.office.due()
    if reason is not None:
        fitting.retrain(sim, t, reason)


def arrive(sim: Simulation, t: int) -> None:
    """4. Who needs a decision now (edge: sampling, in the environment)."""
    with sim.plugin(sim.world):
        rows = sim.world.arrivals(sim.people, sim.draws, t)
        sim.cases = cases_of(sim.world, sim.people, rows, t)


def features(sim: Simulation, t: int) -> None:
    """5. What the model sees of them (edge: feature, in the environment)."""
    with sim.plugin(sim.world):
        sim.cases.features = sim.world.features(sim.people, sim.cases.rows, sim.draws, t)


def score(sim: Simulation, t: int) -> None:
    """6. The live version scores the cases, or a canary those whom it serves."""
    cases, model = sim.cases, sim.model
    cases.version = sim.version
    if not len(cases) and form(sim.world) != "slate":
        cases.scores = np.empty(0)
    elif getattr(model, "needs_truth", False):
        cases.scores = model.score_truth(truly(sim, cases))  # type: ignore[attr-defined]
    else:
        with sim.plugin(model):
            if getattr(model, "needs_draws", False):
                cases.scores = model.score_drawn(cases.features, sim.draws, t)  # type: ignore[attr-defined]
            else:
                cases.scores = model.score(cases.features)
    canary.score(sim, cases)


def truly(sim: Simulation, cases: Cases) -> Any:
    """What only an oracle is told: the chances of good, or what each item is worth to each user."""
    with sim.plugin(sim.world):
        if form(sim.world) == "slate":
            return sim.world.utilities(sim.people, cases.rows)  # type: ignore[attr-defined]
        cases.actions = np.zeros(len(cases), dtype=np.int8)
        return sim.world.outcomes(sim.people, cases, sim.draws).probability


def decide(sim: Simulation, t: int) -> None:
    """7. The policy turns scores into actions, with their propensities."""
    with sim.plugin(sim.policy):
        decision = sim.policy.decide(sim.cases, sim.draws)
    sim.decisions += sim.crossing.total("cases", len(sim.cases))
    if isinstance(decision, Slates):
        sim.cases = decision.impressions(sim.cases)
    else:
        sim.cases.actions, sim.cases.propensities = decision


def review(sim: Simulation, t: int) -> None:
    """8. People confirm or override what goes to the desk (edge: oversight)."""
    cases = sim.cases
    cases.reviewed = np.zeros(len(cases), dtype=bool)
    if sim.desk is None:
        return
    cued = sim.world.edges.oversight.inside(sim.draws, cases.ids)
    with sim.plugin(sim.world):
        good = sim.world.outcomes(sim.people, cases, sim.draws).good
    with sim.plugin(sim.desk):
        sim.reviews = sim.desk.review(cases, good, cued, sim.draws)
    advised, at = cases.actions, sim.reviews.at
    cases.reviewed[at] = True
    cases.actions = advised.copy()
    cases.actions[at] = sim.reviews.action
    # The policy's propensity says nothing of an answer that a person gave instead.
    cases.propensities = np.where(cases.actions == advised, cases.propensities, 1.0)
    sim.tell("on_reviews", t, sim.reviews, advised)


def act(sim: Simulation, t: int) -> None:
    """9. The world answers: all potential outcomes are drawn (edge: outcome)."""
    with sim.plugin(sim.world):
        sim.outcomes = sim.world.outcomes(sim.people, sim.cases, sim.draws)


def respond(sim: Simulation, t: int) -> None:
    """10. People change because of what was done to them."""
    with sim.plugin(sim.world):
        sim.world.respond(sim.people, sim.cases, sim.outcomes, sim.draws)


def log(sim: Simulation, t: int) -> None:
    """11. Predictions are logged, their labels get a round to come in, both ledgers are written."""
    cases, outcomes, memory = sim.cases, sim.outcomes, sim.memory
    if sim.losses is not None:
        sim.losses.log(cases, sim.version_before())
    seen, due = sim.log.label(cases, outcomes.label, sim.draws, outcomes.prompt)
    sim.log.open(cases, seen, due)
    allowed = sim.office.allowed(cases)
    if "outcome" in sim.plan.training.trust:
        known = joins(cases, due)
        memory.open(cases, outcomes, seen, known, sim.draws, panel(sim, cases), 0, allowed)
    signals = outcomes.signals if sim.desk is None else outcomes.signals | reviewed(sim)
    for kind, name in enumerate(sim.kinds[1:], 1):
        signal = signals[name]
        soon = np.where(signal == UNKNOWN, FAR, t + 1)
        sim.log.open(cases, signal, soon, kind)
        if name in sim.plan.training.trust:
            known = joins(cases, soon)
            more = panel(sim, cases)
            memory.open(cases, outcomes, signal, known, sim.draws, more, kind, allowed)
    memory.tidy(t)
    sim.office.decided(sim, t)
    sim.dashboard.see_cases(t, cases)
    kept = sim.office.of_cases(cases)
    for watcher in (*sim.watch, *filter(None, [sim.canary])):
        watcher.see_cases(t, kept)
    observed = sim.dashboard.read() | watched(sim)
    if hasattr(sim.desk, "figures"):
        observed |= sim.desk.figures()
    observed = sim.office.seen(observed | sim.office.figures(sim, t))
    sim.office.hold(sim, t, observed)
    sim.observed_now = {name: float(values[0]) for name, values in observed.items()}
    true = truth.of_round(sim.world, sim.people, cases, outcomes)
    true |= truth.of_world(sim.world, sim.people)
    if sim.losses is not None:
        observed |= sim.office.seen(sim.losses.observed(len(sim.world.groups)))
        true |= sim.losses.true(cases, len(sim.world.groups))
    sim.series.add(t, "observed", observed)
    sim.series.add(t, "true", true)
    sim.tell("on_round", t, cases, outcomes)


def joins(cases: Cases, due: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rounds in which labels can be learned from: never, of a prediction without an id."""
    return np.where(cases.lost, FAR, due) if cases.lost.size else due


def reviewed(sim: Simulation) -> dict[str, NDArray[np.int8]]:
    """What reviewers decided, as a kind of feedback; only of those who saw the score (the loop)."""
    label = np.full(len(sim.cases), UNKNOWN, dtype=np.int8)
    learned = sim.reviews.cued
    label[sim.reviews.at[learned]] = sim.reviews.action[learned]
    return {"review": label}


def watched(sim: Simulation) -> dict[str, NDArray[np.float64]]:
    """What the monitors read at the start of the round, as observed figures of everybody."""
    nobody = np.full(len(sim.world.groups), np.nan)
    return {name: np.r_[value, nobody] for name, value in sim.watch.values.items()}


def panel(sim: Simulation, cases: Cases) -> Panel | None:
    """How the world picks cases without regard to decisions; None: any case of the round is one."""
    picked = getattr(sim.world, "panel", None)
    return None if picked is None else partial(picked, sim.people, cases, sim.draws)


PHASES: dict[Phase, Callable[[Simulation, int], None]] = {
    Phase.LABELS: labels,
    Phase.MONITOR: monitor,
    Phase.RETRAIN: retrain,
    Phase.ARRIVE: arrive,
    Phase.FEATURES: features,
    Phase.SCORE: score,
    Phase.DECIDE: decide,
    Phase.REVIEW: review,
    Phase.ACT: act,
    Phase.RESPOND: respond,
    Phase.LOG: log,
}
