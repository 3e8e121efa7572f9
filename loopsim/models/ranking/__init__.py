"""Recommenders: models that score every item for every visit."""
