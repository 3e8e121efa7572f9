"""Rules made of rules."""

from __future__ import annotations

from dataclasses import dataclass

from loopsim.retraining.base import Readings, RetrainingRule


@dataclass(frozen=True)
class AnyRule:
    """When one of several rules or more says so."""

    rules: tuple[RetrainingRule, ...]

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`; the reasons of all that are due."""
        said = [why for rule in self.rules if (why := rule.due(readings, t)) is not None]
        return " or ".join(said) if said else None


@dataclass(frozen=True)
class AllRule:
    """When all of several rules say so in the same round."""

    rules: tuple[RetrainingRule, ...]

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        said = [rule.due(readings, t) for rule in self.rules]
        return " and ".join(why for why in said if why is not None) if all(said) else None


@dataclass(frozen=True)
class CooldownRule:
    """Another rule, but never within `rounds` rounds of the last fit (or refused fit)."""

    rounds: int
    rule: RetrainingRule

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        return self.rule.due(readings, t) if readings.rounds >= self.rounds else None


@dataclass(frozen=True)
class BudgetRule:
    """Another rule, until `fits` candidates have been fitted; a refused one has cost as much."""

    fits: int
    rule: RetrainingRule

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        return self.rule.due(readings, t) if readings.fits < self.fits else None


@dataclass(frozen=True)
class RollbackRule:
    """Back to the version before the live one when `when` says so; else what `rule` says."""

    when: RetrainingRule
    rule: RetrainingRule

    def back(self, readings: Readings, t: int) -> str | None:
        """The reason to go back, or None."""
        return self.when.due(readings, t)

    def due(self, readings: Readings, t: int) -> str | None:
        """See `RetrainingRule.due`."""
        return self.rule.due(readings, t)
