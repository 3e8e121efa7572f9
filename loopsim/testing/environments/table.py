"""What worlds with a case a row have in common: their features are a table."""

from __future__ import annotations

import numpy as np

from loopsim.cases import Cases
from loopsim.environments.base import Environment
from loopsim.testing.environments.answers import answer_columns, check_table
from loopsim.testing.environments.reading import Read, Reading


class Table:
    """The half of `forms.Form` that a yes or a no shares with a number."""

    def check_features(self, world: Environment, visits: Cases) -> None:
        """A table."""
        check_table(world, visits.features, len(visits), visits.round)

    def columns(self, read: Read) -> Reading:
        """A case a row."""
        own = {"group": read.cases.group, "features": read.cases.features}
        return {name: values.copy() for name, values in (own | answer_columns(read)).items()}

    def common(self, read: Read) -> Reading:
        """Nothing."""
        return {}

    def scribble(self, visits: Cases) -> None:
        """Overwrite the table."""
        visits.features[:] = np.nan
