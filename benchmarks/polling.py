"""How fast the page answers sessions that follow a picture's progress while it is drawn.

    python -m benchmarks.polling [--sessions 10] [--seconds 15]

Starts the studio, lets one session draw eight pictures, attaches the others to that job and polls
in each as the browser does: one run of the page's fragment every 0.3 s over the session's own
WebSocket. Prints one table of the times from asking to the end of the run. No browser takes part,
whose own work would count as the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import DoubleArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

INTERVAL = 0.3
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
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        times = asyncio.run(follow(address, options.sessions, options.seconds))
    finally:
        server.terminate()
        server.wait()
    times.sort()
    print("| sessions | polls | p50 ms | p95 ms | longest ms |\n|---:|---:|---:|---:|---:|")
    p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
    columns = " | ".join(f"{1000 * t:.0f}" for t in (p50, p95, times[-1]))
    print(f"| {options.sessions} | {len(times)} | {columns} |")


def wait_until_healthy(port: int) -> None:
    """Return once the server answers; give up after a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("error: the studio doesn't start; see its messages above")


async def follow(address: str, sessions: int, seconds: float) -> list[float]:
    """Seconds of every poll of all sessions."""
    async with AsyncExitStack() as stack:

        async def visit() -> ClientConnection:
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
        polls = [poll(await visit(), f"job={job}", end) for _ in range(sessions)]
        return [took for polled in await asyncio.gather(*polls) for took in polled]


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


async def poll(session: ClientConnection, query: str, end: float) -> list[float]:
    """Open the job's address and run its fragment at the browser's pace until ``end``."""
    page = await run(session, ClientState(query_string=query))
    timers = [m.auto_rerun for m in page if m.HasField("auto_rerun")]
    fragment = min(timers, key=lambda timer: timer.interval).fragment_id
    again = ClientState(query_string=query, fragment_id=fragment, is_auto_rerun=True)
    times = []
    while time.perf_counter() < end:
        start = time.perf_counter()
        await run(session, again)
        times.append(time.perf_counter() - start)
        await asyncio.sleep(max(0.0, INTERVAL - times[-1]))
    return times


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
