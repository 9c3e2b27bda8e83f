"""Downloads a model from the hub, safetensors alone: ``python -m pipeline.hub.fetch NAME FILE``.

A process of its own, so that it can be stopped at any moment. The last word on standard output says
what went wrong.
"""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from pathlib import Path

from pipeline.errors import HubError
from pipeline.hub.check import PIPELINE, pickled

UNREACHABLE, UNKNOWN, GATED, PICKLE, FULL, FAILED = (
    *("unreachable", "unknown", "gated", "pickle", "full", "failed"),
)


def main(name: str, file: str) -> str:
    """Download, and return what went wrong, empty when nothing did."""
    from huggingface_hub import errors, snapshot_download

    try:
        if file == PIPELINE:
            from diffusers import DiffusionPipeline

            try:  # half the size, and rounded no more than what is computed with
                DiffusionPipeline.download(name, use_safetensors=True, variant="fp16")
            except ValueError:
                DiffusionPipeline.download(name, use_safetensors=True)
        else:
            snapshot_download(name, allow_patterns=["*.json", "*.safetensors"])
    except errors.GatedRepoError:
        return GATED
    except (errors.OfflineModeIsEnabled, errors.LocalEntryNotFoundError, ConnectionError):
        return UNREACHABLE
    except (errors.RepositoryNotFoundError, errors.EntryNotFoundError, errors.HFValidationError):
        return UNKNOWN
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return FULL
        if "safetensors" in str(error):
            return PICKLE
        return UNREACHABLE
    except Exception as error:
        network = type(error).__module__.partition(".")[0] in ("httpx", "httpx2", "requests")
        return UNREACHABLE if network else FAILED
    return ""


def so_far(name: str) -> int:
    """Bytes of the model that are in the hub's cache already."""
    from huggingface_hub import constants

    blobs = f"models--{name.replace('/', '--')}/blobs"
    with suppress(OSError):
        return sum(p.stat().st_size for p in (Path(constants.HF_HUB_CACHE) / blobs).iterdir())
    return 0


def problem(what: str, name: str) -> HubError:
    """What went wrong, as a sentence."""
    if what == UNREACHABLE:
        return HubError(
            "{name} is not on this machine and the hub could not be reached. Check the network "
            "connection and try again, or choose a model that is here already.",
            name=name,
        )
    if what == UNKNOWN:
        return HubError(
            "The hub has no model {name} that can be used here. Check how it is written.", name=name
        )
    if what == GATED:
        return HubError(
            "{name} is given only to those who accept its terms. Accept them on the model's page "
            "and log in on this machine (hf auth login), or choose another.",
            name=name,
        )
    if what == PICKLE:
        return pickled(name)
    if what == FULL:
        return HubError("The disk is full: {name} could not be downloaded whole.", name=name)
    return HubError(
        "{name} could not be downloaded. Try again, or choose a model that is here already.",
        name=name,
    )


if __name__ == "__main__":
    wrong = main(*sys.argv[1:3])
    print(wrong)
    sys.exit(bool(wrong))
