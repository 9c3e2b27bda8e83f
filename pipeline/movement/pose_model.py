"""Where the models for videos lie, which the studio doesn't bring along."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from data.errors import FileError
from data.movement import Options
from data.movement.people import is_detector
from pipeline.results import workspace


def pose_models() -> Path:
    """The folder that users put them into."""
    return workspace() / "pose_models"


def with_installed(options: Options) -> Options:
    """The options with the workspace's models: the first that finds joints, and the first that
    finds people's boxes; unchanged where a model is given."""
    if options.model is not None:
        return options
    model = detector = None
    for file in sorted(pose_models().glob("*")):
        if file.suffix.lower() == ".task":
            model = model or str(file)
        elif file.suffix.lower() == ".onnx":
            with suppress(FileError):  # a file that is neither is left out
                if is_detector(str(file)):
                    detector = detector or str(file)
                else:
                    model = model or str(file)
    return replace(options, model=model, detector=detector)
