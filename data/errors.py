"""What can go wrong, as sentences that a coach understands.

Every message is a template with named fields, kept on the exception beside the values that fill it,
so that a page can translate the template and fill in the values itself
(``gettext(error.template).format(**error.values)``). Say what was wrong, what is accepted and what
to do. Templates are literals where the error is raised: Babel extracts them with the class names
below, and those of ``pipeline.errors``, as keywords.
"""

from __future__ import annotations


class StudioError(Exception):
    """A failure whose message is meant for the person in front of the screen."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values


class InputError(StudioError):
    """Input that cannot be taken: the message says what is accepted."""


class FileError(InputError):
    """A file that cannot be read: unknown, damaged, too large or not safe."""
