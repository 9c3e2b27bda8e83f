"""One script a model: renders its data, trains, checkpoints, resumes."""
