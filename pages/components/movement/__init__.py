"""The cells of the Movement view."""
