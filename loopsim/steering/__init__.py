"""A run whose policy is steered from outside, a round at a time: the Gymnasium view.

>>> import loopsim
>>> env = loopsim.gym("scenarios/lending/parity.yaml", action="policy.at")  # doctest: +SKIP
>>> observation, info = env.reset(seed=3)                                   # doctest: +SKIP
>>> observation, reward, _, over, info = env.step([0.8])                    # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from loopsim.errors import InputError
from loopsim.registry import allow_code
from loopsim.scenario import Scenario


def gym(
    scenario: Scenario | str | Path,
    action: str | Iterable[str] | None = None,
    reward: str | Mapping[str, float] | None = None,
    observe: Iterable[str] | None = None,
    *,
    envs: int | None = None,
    limits: Mapping[str, tuple[float, float]] | None = None,
    set: Mapping[str, Any] | None = None,
    code: Iterable[str | Path] = (),
) -> Any:
    """A scenario as a Gymnasium environment: a step is a round, an action sets the policy for it.

    Parameters
    ----------
    scenario : Scenario or path of its YAML file
    action : str or several
        What an action sets: numbers of the policy by key path (``policy.at``, ``policy.share``,
        ``policy.cases``, ``policy.explore``), and for slates ``weights``, those of a linear scorer
        (see `loopsim.steering.weights`). By default the policy's threshold or budget, or
        ``weights``. Each number's limits become the action's [0, 1]; weights are in [-1, 1].
    reward : str or mapping, optional
        A figure of a round, or figures with their weights: ``{"true.profit": 1,
        "true.gap.approval": -0.5}``. By default ``true.profit``, of slates
        ``true.click_through``. A figure that is unknown counts 0.
    observe : names of observed metrics, optional
        What is seen: by default all, of everybody. An observation is these figures in their own
        units (the last known value; 0 before there was one), then for each 1 if it is known now.
    envs : int, optional
        That many runs side by side: a `gymnasium.vector.SyncVectorEnv`; ``reset(seed=s)`` starts
        runs with the seeds s, s + 1 and so on.
    limits : mapping, optional
        Least and greatest value by key path, where the policy's own settings have none
        (``{"policy.cases": (0, 500)}``) or fewer are wanted.
    set : mapping, optional
        Changes of a scenario that is given as a file, as in `Scenario.load`.
    code : paths
        Files of your own that the scenario may run.

    Returns
    -------
    gymnasium.Env or gymnasium.vector.VectorEnv

    Raises
    ------
    InputError
        If Gymnasium is missing, or an action, a metric or the scenario cannot be used.
    """
    try:
        from loopsim.steering.env import SteeredEnv
    except ModuleNotFoundError as error:
        if error.name != "gymnasium":
            raise
        text = "loopsim.gym needs Gymnasium: pip install 'loopsim-lab[gym]'"
        raise InputError(text) from error
    from loopsim.steering.view import View

    allow_code(code)
    if not isinstance(scenario, Scenario):
        scenario = Scenario.load(scenario, set)
    elif set:
        scenario = scenario.replace(**set)
    view = View(scenario, action, reward, observe, limits or {})
    if envs is None:
        return SteeredEnv(view)
    if envs < 1:
        raise InputError(f"envs = {envs}: must be at least 1")
    from gymnasium.vector import SyncVectorEnv

    return SyncVectorEnv([partial(SteeredEnv, view, i) for i in range(envs)])
