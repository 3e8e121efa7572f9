"""The report of a run: figures and one self-contained page."""

from loopsim.report.page import write

__all__ = ["write"]
