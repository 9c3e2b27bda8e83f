"""What reports by calling back, turned into an iterator that can be closed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.errors import Cancelled
from pipeline.events import Event

BEAT = 0.25
"""Seconds after which the latest event is repeated, so that whoever listens can stop meanwhile."""

_busy = threading.Lock()
"""Held while an open model computes: a cancelled one may still be in its last step."""

Report = Callable[[Event], None]


def reported(work: Callable[[Report], None], first: Event) -> Iterator[Event]:
    """The events that ``work`` reports, after ``first``.

    ``work`` runs on a thread of its own. Once the iterator is closed its next report raises
    :class:`Cancelled`; nobody waits for that, but the next ``work`` does.
    """
    told: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
    closed = threading.Event()

    def report(event: Event) -> None:
        if closed.is_set():
            raise Cancelled("Cancelled.")
        told.put(event)

    def run() -> None:
        try:
            with _busy:
                report(first)
                work(report)
            told.put(None)
        except BaseException as error:  # on the thread that asked it means what it means there
            told.put(error)

    threading.Thread(target=run, name="open-model", daemon=True).start()
    latest = first
    try:
        while True:
            try:
                news = told.get(timeout=BEAT)
            except queue.Empty:
                yield replace(latest, preview=None, value=None, result=None)
                continue
            if news is None:
                return
            if isinstance(news, BaseException):
                raise news
            latest = news
            yield news
    finally:
        closed.set()
