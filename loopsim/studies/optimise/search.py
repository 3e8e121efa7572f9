"""Points to try next: a tree-structured Parzen estimator (Bergstra et al. 2011), by Optuna."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from loopsim.studies.extras import needed
from loopsim.studies.parameters import Parameter, Range
from loopsim.studies.space import Space
from loopsim.studies.sweep.grid import plain


class Search:
    """Says which point to try next, and learns what came of it.

    The first trials are drawn by chance, the others where the better ones lie thicker than the
    rest; a trial that breaks a limit ranks below all that keep them, by how far it does. Everything
    is in memory, and the same seed and the same answers give the same questions.

    Parameters
    ----------
    space : Space
    seed : int
    first : int
        Trials that are drawn by chance.
    """

    def __init__(self, space: Space, seed: int, first: int) -> None:
        self.space = space
        self._optuna = needed("optuna", "Optuna", "optimise")
        with self._silent():
            sampler = self._optuna.samplers.TPESampler(seed=seed, n_startup_trials=first)
            self._study = self._optuna.create_study(direction="maximize", sampler=sampler)

    def ask(self) -> tuple[Any, dict[str, Any]]:
        """A trial, which `tell` wants back, and its point; what does not count is not asked for."""
        with self._silent():
            trial = self._study.ask()
            point: dict[str, Any] = {}
            for parameter in self.space.parameters:
                if self.space.counts(parameter.key, point):
                    point[parameter.key] = _suggested(trial, parameter)
        return trial, point

    def tell(self, trial: Any, value: float, beyond: Mapping[str, float]) -> None:
        """The objective at a trial's point, and how far each limit is passed (0 or less: kept).

        NaN anywhere ranks the trial last.
        """
        with self._silent():
            if any(each != each for each in (value, *beyond.values())):
                self._study.tell(trial, state=self._optuna.trial.TrialState.PRUNED)
                return
            for name, far in beyond.items():
                trial.set_constraint(name, far)
            self._study.tell(trial, value)

    @contextmanager
    def _silent(self) -> Iterator[None]:
        """Optuna logs every step to standard error; it is left as it was found."""
        log = self._optuna.logging
        before = log.get_verbosity()
        log.set_verbosity(log.ERROR)
        try:
            yield
        finally:
            log.set_verbosity(before)


def _suggested(trial: Any, parameter: Parameter) -> Any:
    if isinstance(parameter, Range):
        ask = trial.suggest_int if parameter.whole else trial.suggest_float
        return ask(parameter.key, parameter.low, parameter.high, log=parameter.log)
    if parameter.ordered:
        return parameter.values[trial.suggest_int(parameter.key, 0, len(parameter.values) - 1)]
    return _by_label(trial, parameter.key, parameter.values)


def _by_label(trial: Any, key: str, values: Sequence[Any]) -> Any:
    labels = [plain(value) for value in values]
    return values[labels.index(trial.suggest_categorical(key, labels))]
