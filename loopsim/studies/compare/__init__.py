"""Which policy wins on a stated objective, over paired seeds and under stress.

>>> import loopsim
>>> loopsim.compare(["calendar.yaml", "drift.yaml"], seeds=20).verdict.text  # doctest: +SKIP
"""

from loopsim.studies.compare.comparison import Comparison
from loopsim.studies.compare.running import compare
from loopsim.studies.compare.verdict import Verdict

__all__ = ["Comparison", "Verdict", "compare"]
