"""Models whose answer is a number: for worlds of the form ``value``."""
