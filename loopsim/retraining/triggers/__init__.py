"""Rules: what makes a retraining due."""
