r"""How long a gallery of a thousand results takes to open, to search and to be brought up to date.

    python -m benchmarks.gallery [--count 1000] [--browser]

Prints one table; times are medians of seven. The results are made of blots of colour in a folder
that is removed afterwards. With ``--browser`` a server is started over them and the page opened in
chromium: from the click on the view's name in the sidebar until the last thumbnail is there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

from data.scenes.sample import sample_scene
from data.scenes.scene import attributes
from pipeline.gallery import INDEX, Gallery
from pipeline.request import Prompt, Request, Result

PAGE = 48


def fill(gallery: Gallery, count: int) -> float:
    """Save ``count`` results of all kinds; returns the seconds that one took."""
    rng = np.random.default_rng(0)
    start = time.perf_counter()
    for seed in range(count):
        shown = attributes(sample_scene(rng))
        blots = Image.fromarray(rng.integers(0, 256, (24, 24, 3), np.uint8))
        stages = {n: np.asarray(blots.resize((s, s))) for n, s in SIZES.items()}
        sentence = f"{shown['action'].replace('_', ' ')} in the {shown['venue']}"
        result = Result(
            request=Request(Prompt(sentence), seed=seed, size=256),
            picture=stages["sr256"],
            stages=stages,
            attributes=shown,
            chosen=(),
            figure=None,
            weights={},
            versions={},
            device="",
            seconds={},
            peak_memory=0,
            created=f"2026-01-31T{seed // 3600:02d}:{seed // 60 % 60:02d}:{seed % 60:02d}+00:00",
        )
        gallery.save(result)
    return (time.perf_counter() - start) / count


SIZES = {"base": 64, "sr256": 256}


def median(work: Callable[[], object], times: int = 7) -> float:
    """Seconds that ``work`` takes."""
    took = []
    for _attempt in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--browser", action="store_true")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp())
    try:
        gallery = Gallery(home)
        rows = [("save one result and its thumbnail", fill(gallery, options.count))]

        def opened() -> None:
            items, _total = gallery.find(limit=PAGE)
            gallery.thumbnails([item.id for item in items])

        rows.append((f"open: the newest {PAGE} of {options.count} with thumbnails", median(opened)))
        rows.append(("search for two words", median(lambda: gallery.find("sprint red"))))
        rows.append(("count the values of all attributes", median(lambda: gallery.values())))
        if options.browser:
            rows.append(("the page in a browser, thumbnails shown", in_browser(home)))
        for file in home.glob(f"{INDEX}*"):
            file.unlink()
        rows.append(("open without an index, which is made anew", median(opened, 1)))
    finally:
        shutil.rmtree(home)
    print("| | seconds |\n|---|---|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.3f} |")


def in_browser(home: Path) -> float:
    """From the click on the view's name to the last thumbnail."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    server = subprocess.Popen(
        [*command, f"--server.port={port}"],
        cwd=Path(__file__).parents[1],
        env=os.environ | {"TRAINSIGHT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        for _attempt in range(600):
            with suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                break
            time.sleep(0.2)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            page.set_default_timeout(60_000)

            def visit() -> float:
                page.goto(f"{url}/generate")
                page.locator(".st-key-draw button").wait_for()
                page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
                start = time.perf_counter()
                page.get_by_role("link", name="Gallery").click()
                page.locator(".tiles img").nth(PAGE - 1).wait_for()
                return time.perf_counter() - start

            visit()
            return statistics.median(visit() for _attempt in range(7))
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
