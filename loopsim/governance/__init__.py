"""Rules around data and model: consent, retention, erasure, sensitive columns, limits."""
