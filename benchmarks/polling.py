"""How fast the server answers sessions that follow a picture's progress while it is drawn.

    python -m benchmarks.polling [--sessions 10] [--seconds 15]

Starts the studio, lets one session draw eight pictures and attaches the others to that job. Each
does what the page's component does in a browser: it asks for the job every 0.3 s, fetches the
previews that are new, and has the page run, over the session's own WebSocket, when the job has
something more for it. Prints one table of the times from asking to the end of the answer. No
browser takes part, whose own work would count as the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

INTERVAL = 0.3
GAP = 1.2
"""Seconds between two runs of the page unless the job's state changes."""
T = TypeVar("T")

ASKED = {"prompt": "a sprinter in a red shirt on the track", "count": 8}


def main() -> None:
    """Start the studio, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    start = time.perf_counter()
    server = subprocess.Popen([sys.executable, *command], cwd=Path(__file__).parents[1])
    try:
        wait_until_healthy(port)
        print(f"server ready after {time.perf_counter() - start:.1f} s\n")
        times = asyncio.run(follow(port, options.sessions, options.seconds))
    finally:
        server.terminate()
        server.wait()
    print("| what | how often | p50 ms | p95 ms | longest ms |\n|---|---:|---:|---:|---:|")
    for what, took in times.items():
        took.sort()
        p50, p95 = statistics.median(took), took[int(0.95 * len(took))]
        columns = " | ".join(f"{1000 * t:.0f}" for t in (p50, p95, took[-1]))
        print(f"| {what} | {len(took)} | {columns} |")


def wait_until_healthy(port: int) -> None:
    """Return once the server answers; give up after a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("error: the studio doesn't start; see its messages above")


async def follow(port: int, sessions: int, seconds: float) -> dict[str, list[float]]:
    """What was done → seconds of each, of all sessions."""
    times: dict[str, list[float]] = {"poll": [], "preview": [], "run of the page": []}
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sessions))
    async with AsyncExitStack() as stack:

        async def visit() -> ClientConnection:
            address = f"ws://127.0.0.1:{port}/_stcore/stream"
            return await stack.enter_async_context(
                connect(address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
            )

        artist = await visit()
        asked = urlencode(ASKED)
        page = await run(artist, ClientState(query_string=asked))
        clicked = WidgetStates(widgets=filled_in(page))
        page = await run(artist, ClientState(query_string=asked, widget_states=clicked))
        queries = [
            m.page_info_changed.query_string for m in page if m.HasField("page_info_changed")
        ]
        (job,) = parse_qs(queries[-1])["job"]

        end = time.perf_counter() + seconds
        await asyncio.gather(*[poll(await visit(), port, job, end, times) for _ in range(sessions)])
    return times


def filled_in(page: list[ForwardMsg]) -> list[WidgetState]:
    """The form's fields as they stand, and the button to draw clicked, as a browser sends them."""
    states = []
    for element in (m.delta.new_element for m in page if m.HasField("delta")):
        area, box, slider = element.text_area, element.number_input, element.slider
        if area.id:
            states.append(WidgetState(id=area.id, string_value=area.value or area.default))
        elif box.id:
            value = box.value if box.set_value else box.default
            states.append(WidgetState(id=box.id, double_value=value))
        elif slider.id:
            values = DoubleArray(data=slider.value if slider.set_value else slider.default)
            states.append(WidgetState(id=slider.id, double_array_value=values))
        elif element.checkbox.id:
            state = WidgetState(id=element.checkbox.id, bool_value=element.checkbox.default)
            states.append(state)
        elif element.button.id.endswith("draw"):
            states.append(WidgetState(id=element.button.id, trigger_value=True))
    return states


async def poll(
    session: ClientConnection, port: int, job: str, end: float, times: dict[str, list[float]]
) -> None:
    """Open the job's page and follow it at the browser's pace until ``end``."""
    http_session = http.client.HTTPConnection("127.0.0.1", port)

    def get(path: str) -> bytes:
        http_session.request("GET", path)
        return http_session.getresponse().read()

    async def timed(what: str, work: Awaitable[T]) -> T:
        start = time.perf_counter()
        done = await work
        times[what].append(time.perf_counter() - start)
        return done

    state = ClientState(query_string=f"job={job}")
    drawn = json.loads(await asyncio.to_thread(get, f"/jobs/{job}"))
    await run(session, state)
    had: dict[str, float] = {}
    ran, running = time.perf_counter(), asyncio.create_task(asyncio.sleep(0))
    while time.perf_counter() < end:
        start = time.perf_counter()
        now = json.loads(await timed("poll", asyncio.to_thread(get, f"/jobs/{job}")))
        for place, version in now["previews"].items():
            if had.get(place) != version:
                had[place] = version
                path = f"/jobs/{job}/{place.replace(' ', '/')}?v={version}"
                await timed("preview", asyncio.to_thread(get, path))
        due = now["state"] != drawn["state"] or time.perf_counter() - ran > GAP
        if now["chapter"] != drawn["chapter"] and due and running.done():
            drawn, ran = now, time.perf_counter()
            running = asyncio.create_task(timed("run of the page", run(session, state)))
        await asyncio.sleep(max(0.0, INTERVAL - (time.perf_counter() - start)))
    await running
    http_session.close()


async def run(session: ClientConnection, state: ClientState) -> list[ForwardMsg]:
    """Have the page's script run and return what it sent until it had finished."""
    await session.send(BackMsg(rerun_script=state).SerializeToString())
    messages = []
    async for data in session:
        message = ForwardMsg.FromString(data)
        messages.append(message)
        again = ForwardMsg.FINISHED_EARLY_FOR_RERUN
        if message.HasField("script_finished") and message.script_finished != again:
            break
    return messages


if __name__ == "__main__":
    main()
