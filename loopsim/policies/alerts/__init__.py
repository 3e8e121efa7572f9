"""Alerts: a number of cards a day is stopped."""
