"""What can go wrong, as sentences that a coach understands.

Every message is a template with named fields, kept on the exception beside the values that fill it,
so that a page can translate the template and fill in the values itself
(``gettext(error.template).format(**error.values)``). Say what was wrong, what is accepted and what
to do. Templates are literals where the error is raised: Babel extracts them with the class names
below as keywords.
"""

from __future__ import annotations

from data.errors import FileError as FileError
from data.errors import InputError as InputError
from data.errors import StudioError as StudioError


class PromptError(InputError):
    """A sentence that cannot be read."""


class OutsideDomainError(PromptError):
    """A sentence about something that the embedded models were never shown.

    ``nearest`` names what they can draw instead: actions of :data:`data.scenes.scene.ACTIONS`.
    ``meant`` is the sentence with its slips of the pen mended where that can be drawn, else empty.
    """

    def __init__(self, template: str, nearest: tuple[str, ...], meant: str = "") -> None:
        names = ", ".join(action.replace("_", " ") for action in nearest)
        super().__init__(template, nearest=names)
        self.nearest = nearest
        self.meant = meant


class PictureError(InputError):
    """A picture file that cannot be taken."""


class PoseError(InputError):
    """A pose file that cannot be taken."""


class StorageError(StudioError):
    """A result that could not be written or read: disk full, folder not writable, file damaged."""


class WeightsError(StudioError):
    """A model's weights are missing or damaged."""


class HubError(StudioError):
    """An open model that is not there, not safe, or does not fit."""


class OutOfMemoryError(StudioError):
    """The device ran out of memory."""


class JobError(StudioError):
    """A job that ended without a result through no fault of the input."""


class UnknownJobError(StudioError):
    """A job that is not known (any more)."""


class Cancelled(StudioError):
    """The job was cancelled."""


def as_sentence(error: Exception) -> StudioError:
    """The error itself when it is a sentence already, else one for what nobody foresaw."""
    if isinstance(error, StudioError):
        return error
    # torch.OutOfMemoryError by its name: a sentence needs no torch.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return OutOfMemoryError(
            "The memory ran out. Ask for fewer pictures at once or a smaller size, or close other "
            "programs, and try again."
        )
    return JobError(
        "This stopped unexpectedly. Nothing that was finished is lost; try again, and if it stops "
        "again, look into the log."
    )
