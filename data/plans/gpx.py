"""GPX: tracks of any program, through gpxpy.

https://www.topografix.com/GPX/1/1/ and Garmin's TrackPointExtension for heart rate and cadence.
"""

from __future__ import annotations

from dataclasses import replace

import gpxpy
import gpxpy.gpx
import numpy as np
from lxml import etree

from data.errors import FileError
from data.plans.activity import session_of
from data.plans.log import Note, Session, Source, TrainingLog
from data.plans.markup import parse
from data.plans.options import Options
from data.plans.samples import samples_of
from data.plans.sports import sport_of
from data.plans.values import number

EXTENSIONS = {
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "cad": "cadence_rpm",
    "cadence": "cadence_rpm",
    "power": "power_w",
    "watts": "power_w",
    "pwr": "power_w",
    "distance": "distance_m",
}
EARTH_M = 6_371_000.0


def read(name: str, data: bytes, options: Options) -> TrainingLog:
    """A row a track that has times. Raises :class:`FileError` when there is none."""
    text = etree.tostring(parse(name, data), encoding="unicode")  # no entity is left in this
    try:
        gpx = gpxpy.parse(text)
    except (gpxpy.gpx.GPXException, ValueError, AttributeError, KeyError) as error:
        raise FileError("{name} is damaged GPX. Export it again.", name=name) from error
    sessions = [s for track in gpx.tracks if (s := _session(track, options)) is not None]
    if not sessions:
        raise FileError(
            "{name} has no track with times in it, so nothing tells when or how long. Export the "
            "recorded activity instead of a route or waypoints.",
            name=name,
        )
    left_out = len(gpx.tracks) - len(sessions)
    notes = (Note("{count} tracks without times were left out.", count=left_out),)
    source = Source(name, "GPX", len(sessions), notes=notes if left_out else ())
    return TrainingLog(tuple(replace(s, source=name) for s in sessions), sources=(source,))


def _session(track: gpxpy.gpx.GPXTrack, options: Options) -> Session | None:
    points = [p for segment in track.segments for p in segment.points if p.time is not None]
    points = [p for p in points if (p.time.tzinfo is None) == (points[0].time.tzinfo is None)]
    if len(points) < 2:
        return None
    start = min(p.time for p in points)
    rows = [_extensions(p) for p in points]
    names = sorted({channel for row in rows for channel in row})
    channels = {c: np.array([row.get(c, np.nan) for row in rows]) for c in names}
    channels["altitude_m"] = np.array(
        [np.nan if p.elevation is None else p.elevation for p in points]
    )
    where = np.radians([[p.latitude, p.longitude] for p in points])
    channels.setdefault("distance_m", np.insert(np.cumsum(_apart(where[:-1], where[1:])), 0, 0.0))
    time = np.array([(p.time - start).total_seconds() for p in points])
    words = f"{track.type or ''} {track.name or ''}"
    return session_of(
        start,
        samples_of(time, channels),
        options,
        sport=sport_of(words) or "other",
        title=track.name or "",
        text=track.description or "",
    )


def _extensions(point: gpxpy.gpx.GPXTrackPoint) -> dict[str, float]:
    found = {}
    for extension in point.extensions:
        for element in extension.iter():
            name = str(element.tag).rpartition("}")[2].lower()
            value = number(element.text) if name in EXTENSIONS else None
            if value is not None:
                found[EXTENSIONS[name]] = value
    return found


def _apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Metres between points (N, 2) of latitude and longitude in radians: the haversine formula."""
    half = np.sin((b - a) / 2) ** 2
    return (
        2
        * EARTH_M
        * np.arcsin(np.sqrt(half[:, 0] + np.cos(a[:, 0]) * np.cos(b[:, 0]) * half[:, 1]))
    )
