"""Rounds to show to a monitor."""

import numpy as np

from loopsim.cases import Cases
from loopsim.feedback import LabelBatch


def cases(t, features, scores=None, actions=None, group=None):
    features = np.asarray(features, dtype=float)
    rows = np.arange(len(features))
    out = Cases(t, rows, rows, np.zeros(rows.size, np.int8), features)
    out.scores = np.full(rows.size, 0.5) if scores is None else np.asarray(scores, dtype=float)
    out.actions = np.ones(rows.size, np.int8) if actions is None else np.asarray(actions, np.int8)
    if group is not None:
        out.group = np.asarray(group, np.int8)
    return out


def labels(of, label, kind=0):
    """The labels of all of these cases."""
    n = len(of)
    return LabelBatch(
        of.prediction_id, np.asarray(label, np.int8), np.full(n, of.round, np.int32),
        of.scores, of.group, of.actions, np.full(n, kind, np.int8),
    )  # fmt: skip


def nothing():
    return LabelBatch.concatenate([])
