"""The cached GPU pipeline that every view, the command line and notebooks call.

    import pipeline

    runtime = pipeline.Runtime()
    request = pipeline.Request(pipeline.Prompt("a sprinter on a track at sunset"), seed=7)
    for event in pipeline.generate(request, runtime):
        print(event.stage, f"{event.fraction:.0%}")

Names are loaded when they are first used, so importing this is quick and loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_ROOMS = {
    "data.errors": ("FileError",),
    "data.imaging": ("ENDINGS", "MOST_BYTES", "look"),
    "data.movement": ("Movement",),
    "data.scenes.figure": ("Figure", "stature"),
    "data.scenes.guide": ("guide_picture",),
    "data.scenes.posed": ("BALL_RADIUS", "JOINT_INDEX"),
    "data.scenes.scene": ("PHASES", "VOCABULARY"),
    "pipeline.errors": (
        "Cancelled",
        "HubError",
        "InputError",
        "JobError",
        "OutOfMemoryError",
        "OutsideDomainError",
        "PictureError",
        "PoseError",
        "PromptError",
        "StorageError",
        "StudioError",
        "UnknownJobError",
        "WeightsError",
    ),
    "pipeline.events": ("Event",),
    "pipeline.gallery": ("Gallery", "Item", "Space"),
    "pipeline.heatmaps": ("Why", "Without", "explain"),
    "pipeline.gate": ("Chosen", "Fault"),
    "pipeline.hub.find": (
        "OpenModel",
        "digest_of",
        "downloads_allowed",
        "hub_installed",
        "open_models",
        "models_folder",
    ),
    "pipeline.hub.model": ("HUB_GUIDANCE", "HUB_SIZE", "HUB_STEPS", "HubModel"),
    "pipeline.hub.openpose": ("openpose_picture",),
    "pipeline.jobs": ("JobQueue", "JobStatus"),
    "pipeline.metadata": ("from_png", "request_of", "to_png"),
    "pipeline.movement.analyse": ("Analysis", "analyse"),
    "models.movement_occlusion": ("Trust",),
    "pipeline.movement.attend": (
        "Attended",
        "Link",
        "attend",
        "found_faults",
        "most_faithful",
        "verdict",
    ),
    "pipeline.movement.clean": ("Cleaning",),
    "pipeline.movement.compare": (
        "FAR",
        "REFERENCES",
        "Comparison",
        "compare",
        "compare_with_technique",
        "notable",
    ),
    "pipeline.movement.corrections": ("Corrections",),
    "pipeline.movement.coaching": ("keep_rule_changes", "rule_changes"),
    "pipeline.movement.emphasis": ("RULES", "Change", "Emphasis", "Rule", "emphases"),
    "pipeline.movement.figure": ("VIEWS", "figure_at"),
    "pipeline.movement.film": ("pixels_a_unit",),
    "pipeline.movement.notebook": ("movement_notebook",),
    "pipeline.movement.out": ("movement_csv", "movement_json"),
    "pipeline.movement.sessions": (
        "ENOUGH_SESSIONS",
        "Consent",
        "Session",
        "Sessions",
        "Trend",
        "trends",
    ),
    "pipeline.movement.stream": ("Stream", "Window", "replay"),
    "pipeline.movement.mass": ("velocity",),
    "pipeline.movement.screening": ("DIP", "LANDING"),
    "pipeline.movement.pose_model": ("pose_models",),
    "pipeline.movement.watch": ("Watch", "can_watch"),
    "pipeline.movement.study": ("STUDY", "Contents", "Recording", "open_recording", "study"),
    "pipeline.notebook": ("request_code", "to_notebook"),
    "pipeline.pose": ("choose_pose", "read_pose"),
    "pipeline.pose_by_hand": ("PARENTS", "RANGES", "held", "library_pose", "moved"),
    "pipeline.request": (
        "GUIDANCE",
        "MAX_CHARACTERS",
        "MAX_COUNT",
        "MAX_SEED",
        "MAX_STEPS",
        "SIZES",
        "Prompt",
        "Request",
        "Result",
        "Steps",
    ),
    "pipeline.results": ("Results", "file_name", "workspace", "workspaces"),
    "pipeline.runtime": ("Runtime",),
    "pipeline.scorecard": ("Angle", "Line", "Scorecard", "examine", "score"),
    "pipeline.super_resolution": (
        "MOST_PICTURES",
        "MOST_SIDE",
        "Opened",
        "Source",
        "Upscaled",
        "Upscaling",
        "available",
        "new_folder",
        "pack",
        "upscale",
    ),
    "pipeline.sheets": ("sheet",),
    "pipeline.spelling": ("named_colours",),
    "pipeline.text_to_image": (
        "MODELS",
        "STAGES",
        "base",
        "complete",
        "generate",
        "sr256",
        "sr1024",
    ),
    "pipeline.upscaling.methods": ("Method", "troubles"),
    "pipeline.upscaling.samples": ("SAMPLES", "sample"),
    "pipeline.upscaling.shown": ("PIECE", "Shown"),
    "pipeline.upscaling.variation": ("STEPS_A_LEVEL", "Variation"),
    "pipeline.upscaling.yours": ("upscalers_folder",),
    "pipeline.understand": ("Understanding", "Word"),
    "pipeline.variations": ("AXES", "NOTHING", "Axis", "Grid", "draw"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_HOME)
