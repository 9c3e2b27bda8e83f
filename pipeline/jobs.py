"""A queue of long computations with one worker thread a device.

A job is a function that returns an iterator of :class:`~pipeline.events.Event`; it runs on the
worker alone, so models need no lock against each other. The worker looks between two events whether
the job was cancelled and then closes the iterator: a job that yields at least twice a second is
cancelled within half a second and needs no code for it. Each worker has a supervisor that does
nothing but wait for it; a worker that dies takes its job with it, never the queue.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.errors import Cancelled, JobError, StudioError, UnknownJobError, as_sentence
from pipeline.events import Event

log = logging.getLogger(__name__)

Work = Callable[[], Iterator[Event]]
UNFINISHED = ("queued", "running")


@dataclass(frozen=True, eq=False)
class JobStatus:
    """A job as it stands at one moment.

    Attributes
    ----------
    state
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    position
        How many jobs run or wait before this one; 0 once it runs.
    fraction, stage
        Of the latest event; 0 and ``""`` before the first.
    seconds_left
        Until this job is done, the wait for others included; None while nothing was measured yet.
    previews
        Stage → its latest event with a preview, for the first picture and the others by index.
    results
        What was finished so far, in order; a cancelled or failed job keeps what it had finished.
    events, next
        The events from number ``since`` on, and the number to ask from next time. A preview that a
        later event of the same stage and picture replaced is gone from the older event.
    error
        Why it failed or that it was cancelled, as a sentence.
    """

    id: str
    state: str
    position: int
    fraction: float
    stage: str
    seconds_left: float | None
    previews: dict[tuple[str, int], Event]
    results: tuple[Any, ...]
    events: tuple[Event, ...]
    next: int
    error: StudioError | None

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def preview(self) -> Event | None:
        """The latest event that shows a picture."""
        return next(reversed(self.previews.values()), None)


@dataclass(eq=False)
class _Job:
    id: str
    work: Work
    kind: str
    cost: float
    key: object
    state: str = "queued"
    stop: bool = False
    started: float = 0.0
    heard: float = 0.0
    events: list[Event] = field(default_factory=list)
    shown: dict[tuple[str, int], int] = field(default_factory=dict)
    results: list[Any] = field(default_factory=list)
    error: StudioError | None = None


class JobQueue:
    """Jobs in the order in which they came, one at a time on each device.

    Parameters
    ----------
    devices
        One worker is started for each name; the name serves the log alone.
    keep
        How many finished jobs stay known; older ones are forgotten.
    idle, idle_after
        Called by a worker for which no job came for ``idle_after`` seconds (to free models).
    """

    def __init__(
        self,
        devices: Sequence[str] = ("cpu",),
        *,
        keep: int = 16,
        idle: Callable[[], None] | None = None,
        idle_after: float = 600.0,
    ) -> None:
        self._keep = keep
        self._idle = idle
        self._idle_after = idle_after
        self._jobs: OrderedDict[str, _Job] = OrderedDict()
        self._running: dict[str, _Job] = {}
        self._pace: dict[str, float] = {}  # kind → measured seconds a unit of cost
        self._closed = False
        self._changed = threading.Condition()
        self._supervisors = [
            threading.Thread(target=self._supervise, args=(d,), name=f"jobs-{d}", daemon=True)
            for d in devices
        ]
        for supervisor in self._supervisors:
            supervisor.start()

    def submit(
        self, work: Work, *, kind: str = "generate", cost: float = 1.0, key: object = None
    ) -> str:
        """Queue ``work`` and return its job's id, which nobody can guess (122 random bits).

        Jobs of one ``kind`` are expected to take time in proportion to their ``cost``. While an
        equal ``key`` is queued or running its job is returned: a second click starts nothing.
        """
        with self._changed:
            if self._closed:
                raise JobError("The studio is shutting down. Start it again and try once more.")
            for job in self._jobs.values():
                if key is not None and job.key == key and job.state in UNFINISHED and not job.stop:
                    return job.id
            job = _Job(uuid.uuid4().hex, work, kind, cost, key)
            self._jobs[job.id] = job
            self._changed.notify_all()
            return job.id

    def status(self, job_id: str, since: int = 0) -> JobStatus:
        """How the job stands. Raises :class:`UnknownJobError` when it was forgotten."""
        with self._changed:
            job = self._find(job_id)
            ahead = self._ahead(job)
            latest = job.events[-1] if job.events else None
            return JobStatus(
                id=job.id,
                state=job.state,
                position=len(ahead),
                fraction=1.0 if job.state == "done" else latest.fraction if latest else 0.0,
                stage=latest.stage if latest else "",
                seconds_left=self._seconds_left(job, ahead),
                previews={shown: job.events[i] for shown, i in job.shown.items()},
                results=tuple(job.results),
                events=tuple(job.events[since:]),
                next=len(job.events),
                error=job.error,
            )

    def cancel(self, job_id: str) -> None:
        """Stop the job: at once when it waits, at its next event when it runs."""
        with self._changed:
            job = self._find(job_id)
            job.stop = True
            if job.state == "queued":
                self._finish(job, "cancelled", Cancelled("Cancelled before it started."))

    def waiting(self) -> tuple[int, float | None]:
        """How many jobs run or wait, and in how many seconds all are done (None: not known)."""
        with self._changed:
            unfinished = [job for job in self._jobs.values() if job.state in UNFINISHED]
            if not unfinished:
                return 0, 0.0
            return len(unfinished), self._seconds_left(unfinished[-1], unfinished[:-1])

    def close(self, timeout: float = 10.0) -> None:
        """Cancel everything and wait until the workers have ended."""
        with self._changed:
            self._closed = True
            for job in list(self._jobs.values()):
                if job.state in UNFINISHED:
                    self.cancel(job.id)
            self._changed.notify_all()
        for supervisor in self._supervisors:
            supervisor.join(timeout)

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Workers

    def _supervise(self, device: str) -> None:
        while not self._closed:
            worker = threading.Thread(
                target=self._work, args=(device,), name=f"worker-{device}", daemon=True
            )
            worker.start()
            worker.join()
            with self._changed:
                job = self._running.pop(device, None)
                if job is not None and job.state == "running":
                    log.error("the worker of %s died in job %s; starting another", device, job.id)
                    died = RuntimeError("the worker died")
                    self._finish(job, "failed", as_sentence(died))

    def _work(self, device: str) -> None:
        _yield_to_pages()
        while (job := self._next(device)) is not None:
            try:
                error = self._run(job)
            except Exception as failure:
                error = as_sentence(failure)
                if error is not failure:
                    log.exception("job %s failed", job.id)
            with self._changed:
                state = "failed" if error else "done"
                self._finish(job, "cancelled" if isinstance(error, Cancelled) else state, error)
                self._running.pop(device, None)

    def _next(self, device: str) -> _Job | None:
        """Wait for a job and mark it as running; None when the queue was closed."""
        with self._changed:
            while not self._closed:
                job = next((j for j in self._jobs.values() if j.state == "queued"), None)
                if job is not None:
                    job.state, job.started = "running", time.monotonic()
                    self._running[device] = job
                    return job
                if not self._changed.wait(self._idle_after) and self._idle is not None:
                    self._idle()
        return None

    def _run(self, job: _Job) -> StudioError | None:
        events = job.work()
        try:
            for event in events:
                self._hear(job, event)
                if job.stop:
                    return Cancelled("Cancelled.")
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        return None

    def _hear(self, job: _Job, event: Event) -> None:
        with self._changed:
            if event.preview is not None:
                shown = (event.stage, event.picture)
                old = job.shown.pop(shown, None)
                if old is not None:
                    job.events[old] = replace(job.events[old], preview=None)
                job.shown[shown] = len(job.events)
            if event.result is not None:
                job.results.append(event.result)
            job.events.append(event)
            job.heard = time.monotonic()

    # All of these are called with the lock held.

    def _find(self, job_id: str) -> _Job:
        if job_id not in self._jobs:
            raise UnknownJobError(
                "This job is not known any more: the studio was started anew or it is long done. "
                "Finished pictures are in the gallery."
            )
        return self._jobs[job_id]

    def _ahead(self, job: _Job) -> list[_Job]:
        if job.state != "queued":
            return []
        before = []
        for other in self._jobs.values():
            if other is job:
                break
            if other.state in UNFINISHED:
                before.append(other)
        return before

    def _seconds_left(self, job: _Job, ahead: list[_Job]) -> float | None:
        if job.state not in UNFINISHED:
            return 0.0
        waits = [self._own_seconds_left(other) for other in (*ahead, job)]
        if any(wait is None for wait in waits):
            return None
        *before, own = [wait for wait in waits if wait is not None]
        return own + sum(before) / len(self._supervisors)

    def _own_seconds_left(self, job: _Job) -> float | None:
        now = time.monotonic()
        latest = job.events[-1] if job.events else None
        if latest is not None and latest.seconds_left is not None:
            return max(0.0, latest.seconds_left - (now - job.heard))
        if job.kind not in self._pace:
            return None
        elapsed = now - job.started if job.state == "running" else 0.0
        return max(0.0, job.cost * self._pace[job.kind] - elapsed)

    def _finish(self, job: _Job, state: str, error: StudioError | None) -> None:
        job.state, job.error = state, error
        if state == "done":
            pace = (time.monotonic() - job.started) / job.cost
            self._pace[job.kind] = (pace + self._pace.get(job.kind, pace)) / 2
        finished = [j.id for j in self._jobs.values() if j.state not in UNFINISHED]
        for old in finished[: -self._keep]:
            del self._jobs[old]


def _yield_to_pages() -> None:
    """Give the calling thread, and those that torch starts for it, a lower priority than pages.

    On Linux a priority is a thread's own; elsewhere it would be the whole process's, so nothing
    is done there.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
