"""The queue: order, progress, cancel, double clicks, and workers that die."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from pipeline.errors import Cancelled, InputError, JobError, OutOfMemoryError, UnknownJobError
from pipeline.events import Event
from pipeline.jobs import JobQueue, JobStatus

SOON = 10.0


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    with JobQueue() as queue:
        yield queue


class Gate:
    """A job that reports ``before`` events, waits until it is opened, and then finishes."""

    def __init__(self, *before: Event) -> None:
        self.before = before
        self.running = threading.Event()
        self.open = threading.Event()
        self.closed = threading.Event()

    def __call__(self) -> Iterator[Event]:
        try:
            yield from self.before
            self.running.set()
            while not self.open.wait(0.01):
                yield Event("waiting", 0.5, 3.0)
            yield Event("last", 1.0, 0.0, result="done")
        finally:
            self.closed.set()


def finished(queue: JobQueue, job: str) -> JobStatus:
    """The job's status once it has finished."""
    return wait(queue, job, lambda status: status.finished)


def wait(queue: JobQueue, job: str, reached: Callable[[JobStatus], bool]) -> JobStatus:
    pause = threading.Event()
    for _ in range(int(SOON / 0.01)):
        status = queue.status(job)
        if reached(status):
            return status
        pause.wait(0.01)
    raise AssertionError(f"still {status}")


def test_a_job_passes_on_what_it_reports(queue: JobQueue) -> None:
    preview = np.zeros((2, 2, 3), np.uint8)
    events = [Event("base", 0.5, 1.0, preview=preview), Event("base", 1.0, 0.0, result="picture")]
    status = finished(queue, queue.submit(lambda: iter(events)))
    assert (status.state, status.fraction, status.stage) == ("done", 1.0, "base")
    assert status.results == ("picture",)
    assert status.preview is not None
    assert status.preview.preview is preview
    assert status.error is None


def test_events_are_given_from_the_asked_number_on(queue: JobQueue) -> None:
    job = queue.submit(lambda: iter([Event("a", 0.1), Event("b", 0.2), Event("c", 0.3)]))
    finished(queue, job)
    status = queue.status(job, since=1)
    assert [event.stage for event in status.events] == ["b", "c"]
    assert status.next == 3


def test_a_preview_that_was_replaced_is_let_go(queue: JobQueue) -> None:
    def preview(stage: str, picture: int) -> Event:
        return Event(stage, 0.5, picture=picture, preview=np.zeros((1, 1, 3), np.uint8))

    shown = [preview("base", 0), preview("base", 0), preview("base", 1), preview("sr256", 0)]
    status = finished(queue, queue.submit(lambda: iter(shown)))
    assert [event.preview is None for event in status.events] == [True, False, False, False]
    assert list(status.previews) == [("base", 0), ("base", 1), ("sr256", 0)]


def test_those_who_wait_know_their_place_and_time(queue: JobQueue) -> None:
    gate = Gate()
    first = queue.submit(gate)
    waiting = [queue.submit(lambda: iter([])) for _ in range(2)]
    wait(queue, first, lambda status: status.seconds_left is not None)
    assert [queue.status(job).position for job in waiting] == [1, 2]
    assert queue.status(waiting[0]).seconds_left is None, "nothing was measured yet"
    assert queue.waiting()[0] == 3
    gate.open.set()
    finished(queue, waiting[1])
    assert queue.waiting() == (0, 0.0)

    gate, other = Gate(), Gate()
    first = queue.submit(gate)
    second = queue.submit(other, cost=2.0)
    wait(queue, first, lambda status: status.stage == "waiting")
    left, longer = queue.status(first).seconds_left, queue.status(second).seconds_left
    assert left is not None
    assert longer is not None
    assert longer >= left > 0
    gate.open.set()
    other.open.set()


def test_a_running_job_is_cancelled_and_cleans_up(queue: JobQueue) -> None:
    gate = Gate(Event("base", 0.5, result="first picture"))
    job = queue.submit(gate)
    assert gate.running.wait(SOON)
    queue.cancel(job)
    status = finished(queue, job)
    assert status.state == "cancelled"
    assert isinstance(status.error, Cancelled)
    assert status.results == ("first picture",), "what was finished is kept"
    assert gate.closed.is_set()


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(queue: JobQueue) -> None:
    gate, never = Gate(), Gate()
    queue.submit(gate)
    job = queue.submit(never)
    queue.cancel(job)
    assert queue.status(job).state == "cancelled"
    gate.open.set()
    finished(queue, queue.submit(lambda: iter([])))
    assert not never.running.is_set()


def test_a_second_click_gives_the_same_job_until_it_is_done(queue: JobQueue) -> None:
    gate = Gate()
    job = queue.submit(gate, key="visitor 1")
    assert queue.submit(gate, key="visitor 1") == job
    assert queue.submit(lambda: iter([]), key="visitor 2") != job
    gate.open.set()
    finished(queue, job)
    assert queue.submit(lambda: iter([]), key="visitor 1") != job


def test_an_error_for_the_visitor_is_kept_and_the_queue_goes_on(queue: JobQueue) -> None:
    def refused() -> Iterator[Event]:
        raise InputError("Too {much}.", much="much")

    status = finished(queue, queue.submit(refused))
    assert status.state == "failed"
    assert isinstance(status.error, InputError)
    assert finished(queue, queue.submit(lambda: iter([]))).state == "done"


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ZeroDivisionError("internals"), JobError),
        (MemoryError(), OutOfMemoryError),
        (type("OutOfMemoryError", (RuntimeError,), {})(), OutOfMemoryError),
    ],
)
def test_any_other_error_becomes_a_plain_sentence(
    queue: JobQueue, failure: Exception, kind: type
) -> None:
    def broken() -> Iterator[Event]:
        yield Event("base", 0.1)
        raise failure

    status = finished(queue, queue.submit(broken))
    assert status.state == "failed"
    assert isinstance(status.error, kind)
    assert "internals" not in str(status.error)


@pytest.mark.parametrize("death", [SystemExit, KeyboardInterrupt, GeneratorExit])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_dies_is_replaced(queue: JobQueue, death: type[BaseException]) -> None:
    def deadly() -> Iterator[Event]:
        yield Event("base", 0.1, result="first picture")
        raise death

    job, after = queue.submit(deadly), queue.submit(lambda: iter([]))
    assert finished(queue, after).state == "done"
    status = queue.status(job)
    assert status.state == "failed"
    assert isinstance(status.error, JobError)
    assert status.results == ("first picture",)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_killed_between_jobs_is_replaced(queue: JobQueue) -> None:
    names = [thread for thread in threading.enumerate() if thread.name == "worker-cpu"]
    for thread in names:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
        )
    jobs = [queue.submit(lambda: iter([])) for _ in range(2)]
    assert finished(queue, jobs[1]).state == "done"


def test_old_jobs_are_forgotten() -> None:
    with JobQueue(keep=2) as queue:
        jobs = [queue.submit(lambda: iter([])) for _ in range(4)]
        finished(queue, jobs[-1])
        with pytest.raises(UnknownJobError):
            queue.status(jobs[0])
        assert queue.status(jobs[2]).state == "done"


def test_an_idle_worker_says_so() -> None:
    idle = threading.Event()
    with JobQueue(idle=idle.set, idle_after=0.01):
        assert idle.wait(SOON)


def test_two_devices_work_at_the_same_time() -> None:
    with JobQueue(["cuda:0", "cuda:1"]) as queue:
        gates = [Gate(), Gate()]
        for gate in gates:
            queue.submit(gate)
        assert all(gate.running.wait(SOON) for gate in gates)


def test_closing_cancels_what_runs_and_ends_the_threads() -> None:
    before = set(threading.enumerate())
    queue = JobQueue()
    gate = Gate()
    jobs = [queue.submit(gate), queue.submit(lambda: iter([]))]
    assert gate.running.wait(SOON)
    queue.close()
    assert [queue.status(job).state for job in jobs] == ["cancelled", "cancelled"]
    assert not set(threading.enumerate()) - before
    with pytest.raises(JobError):
        queue.submit(lambda: iter([]))
