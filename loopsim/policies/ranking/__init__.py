"""Policies whose decision is a slate: k items for each visit, in order."""
