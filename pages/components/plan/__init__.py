"""The pieces of the training-plan view."""
