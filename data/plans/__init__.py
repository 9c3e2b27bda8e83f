"""Training plans and logs: one reader a file format, all to one noun, ``TrainingLog``."""
