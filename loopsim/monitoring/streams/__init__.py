"""Drift of a stream, value by value: errors as the labels come, or scores."""
