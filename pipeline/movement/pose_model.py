"""Where the pose model for videos lies, which the studio doesn't bring along."""

from __future__ import annotations

from pipeline.results import workspace


def installed_pose_model() -> str | None:
    """The pose model for videos that somebody put into the workspace; None without one."""
    models = sorted((workspace() / "pose_models").glob("*.onnx"))
    return str(models[0]) if models else None
