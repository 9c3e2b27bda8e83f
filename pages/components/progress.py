"""How far a job is, told to the browser over routes of its own, so that no script runs for it.

``/jobs/<id>`` is a small JSON object that the component in ``progress.js`` asks for again and
again, ``/jobs/<id>/<stage>/<picture>`` the latest preview of a stage. Whoever knows a job's id, 122
random bits, may see it. Only when there is something new for the page itself does its script run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import pipeline
from pages.components.encoded import jpeg, once
from pages.components.language import _
from pages.components.served import base
from pages.components.studio import status

_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "trainsight_progress",
    css=(_FILES / "progress.css").read_text(),
    js=(_FILES / "progress.js").read_text(),
)


def bar(
    job: pipeline.JobStatus, doing: Mapping[str, str], pictures: int = 1, *, previews: bool = False
) -> None:
    """What is being done, how far it is and for how long still; runs the page when that moves on.

    ``doing`` has words for each stage, for others those of ``""``. ``pictures`` is how many there
    will be. The page runs when a stage put out something or a picture is finished, with
    ``previews`` for those too.
    """
    _component(
        key="bar",
        data={
            "address": address(job),
            "told": told(job),
            "pictures": pictures,
            "previews": previews,
            "doing": dict(doing),
            "texts": {
                "waiting": _("Waiting. Jobs before this one: {n}"),
                "picture": _("picture {n} of {count}"),
                "left": _("about {time} left"),
                "seconds": _("{n} s"),
                "minutes": _("{n} min"),
            },
        },
        on_moved_change=lambda: None,
    )


def tiles(job: pipeline.JobStatus, pictures: int, names: Mapping[str, str]) -> None:
    """A tile for each stage of each of the ``pictures``, in place from the start.

    ``names`` says what each stage's tile is called.
    """
    _component(
        key="tiles",
        data={
            "address": address(job),
            "told": told(job),
            "pictures": pictures,
            "tiles": [{"stage": stage, "name": name} for stage, name in names.items()],
            "texts": {"alt": _("Picture {n}: {stage}")},
        },
    )


def address(job: pipeline.JobStatus) -> str:
    """Where a browser asks for the job."""
    return f"{base()}/jobs/{job.id}"


def told(job: pipeline.JobStatus) -> dict[str, Any]:
    """The job as JSON.

    ``chapter`` changes when the page has something new to show, ``version`` with every preview;
    ``previews`` maps "stage picture" to a number that is another for each further one.
    """
    previews = {
        f"{stage} {picture}": round(event.fraction, 6)
        for (stage, picture), event in job.previews.items()
    }
    fetched = [event.value for event in job.events if event.stage == "fetching"]
    put_out = sum(event.value is not None for event in job.events) - len(fetched)
    return {
        "state": job.state,
        "finished": job.finished,
        "position": job.position,
        "fraction": job.fraction,
        "stage": job.stage,
        "picture": job.events[-1].picture if job.events else 0,
        "left": job.seconds_left,
        "gigabytes": f"{(fetched[-1] or 0) / 1e9:.1f}" if fetched else None,
        "previews": previews,
        "chapter": f"{job.state} {len(job.results)} {put_out}",
        "version": f"{job.state} {len(job.results)} {put_out} {sum(previews.values()):.6f}",
    }


def routes() -> list[Route]:
    """What the server answers about jobs."""
    where = f"{base()}/jobs/{{job}}"
    return [Route(where, _told), Route(where + "/{stage}/{picture:int}", _preview)]


async def _told(request: Request) -> Response:
    job = status(request.path_params["job"])
    headers = {"Cache-Control": "no-store"}
    if job is None:
        return JSONResponse({"finished": True, "gone": True}, 404, headers)
    return JSONResponse(told(job), headers=headers)


def _preview(request: Request) -> Response:
    """Run by the server in a thread, since encoding takes longer than an answer may."""
    asked = request.path_params
    job = status(asked["job"])
    event = job.previews.get((asked["stage"], asked["picture"])) if job is not None else None
    if event is None or event.preview is None:
        return Response(status_code=404)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    picture = once(event, partial(jpeg, event.preview), "preview")
    return Response(picture, media_type="image/jpeg", headers=headers)
