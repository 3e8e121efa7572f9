"""What every world must keep to: run it on your own before you trust a run with it.

>>> from loopsim.environments.lending.settings import Lending
>>> check_environment(Lending(people=200, dropout=0.2).build)
"""

from loopsim.testing.environments.check import check_environment

__all__ = ["check_environment"]
