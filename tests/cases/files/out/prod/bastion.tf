# By hand, and kept.
