"""How long the studio takes from its start until a page is there.

    python -m benchmarks.start [--path /generate]

Starts the server as ``make run`` does, asks until it answers, and opens a deep link in Debian's
chromium until the page's form can be used. Prints seconds by the clock, and of the server's own
processor time, which other programs on the machine don't lengthen much.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

from benchmarks.polling import wait_until_healthy

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
READY = ".st-key-draw button:enabled"


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--path", default="/generate")
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(300_000)
        start = time.perf_counter()
        command = ["-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
        server = subprocess.Popen([sys.executable, *command], cwd=Path(__file__).parents[1])
        process = psutil.Process(server.pid)
        try:
            wait_until_healthy(port)
            answers = time.perf_counter() - start, sum(process.cpu_times()[:2])
            page.goto(f"http://127.0.0.1:{port}{options.path}")
            page.locator(READY).wait_for()
            ready = time.perf_counter() - start, sum(process.cpu_times()[:2])
        finally:
            server.terminate()
            server.wait()
            browser.close()
    print("\n| from the start until | by the clock | processor time of the server |")
    print("|---|---:|---:|")
    for what, (clock, busy) in (("the server answers", answers), ("the page is there", ready)):
        print(f"| {what} | {clock:.1f} s | {busy:.1f} s |")
    print(f"\nLoad average {psutil.getloadavg()[0]:.0f}.")


if __name__ == "__main__":
    main()
