"""What ``loopsim new environment NAME`` writes: a small world that runs, to be changed."""
