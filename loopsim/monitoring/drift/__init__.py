"""Drift: features, scores and labels against what is usual."""
