"""Each module prints one table; run by hand, never a timed test."""
