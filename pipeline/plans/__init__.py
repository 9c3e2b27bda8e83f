"""What a training log adds up to: each measure a pure function with formula, unit and source."""
