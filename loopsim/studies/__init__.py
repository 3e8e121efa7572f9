"""Studies: many runs, kept under addresses that say what each of them is.

>>> import loopsim
>>> study = loopsim.Study("results/studies/mine")                        # doctest: +SKIP
>>> points = [{"policy.explore": x} for x in (0.0, 0.05, 0.1)]
>>> loopsim.evaluate(scenario, points, "true.auc", 20, engine=study)     # doctest: +SKIP
"""

from loopsim.studies.evaluate import Evaluation, evaluate
from loopsim.studies.study import Study

__all__ = ["Evaluation", "Study", "evaluate"]
