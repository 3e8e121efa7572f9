"""Gates: what a candidate must pass to go live."""
