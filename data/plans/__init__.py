"""Training plans and logs: one reader a file format, all to a :class:`~data.plans.log.TrainingLog`."""
