"""The cached GPU pipeline that every view, the command line and notebooks call."""
