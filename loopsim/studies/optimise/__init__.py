"""The best policy in a space of parameters, under limits, judged on seeds that did not choose it.

>>> import loopsim
>>> over = {"policy.explore": (0, 0.2), "policy": ["break-even", "everyone"]}
>>> found = loopsim.optimise(scenario, over, "true.profit", trials=40)     # doctest: +SKIP
>>> found.verdict.text                                                     # doctest: +SKIP
"""

from loopsim.studies.optimise.result import Optimum
from loopsim.studies.optimise.running import optimise
from loopsim.studies.optimise.verdict import Verdict

__all__ = ["Optimum", "Verdict", "optimise"]
