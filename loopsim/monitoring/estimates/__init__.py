"""Performance without labels, and where that is blind."""
