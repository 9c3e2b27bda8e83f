"""A real server over tiny networks, and Debian's chromium to visit it with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipeline.weights import write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 60_000
"""Milliseconds that a busy machine may take to show something."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; tests that need it are skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here (on Debian: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its results."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def address(
    chromium: Browser, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    weights = tmp_path_factory.mktemp("weights")
    write(weights)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    log = home / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"],
            cwd=ROOT,
            env=os.environ
            | {"TRAINSIGHT_WEIGHTS": str(weights), "TRAINSIGHT_HOME": str(home)}
            | {"OMP_NUM_THREADS": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://localhost:{port}/_stcore/health", server, log)
            yield f"http://localhost:{port}"
        finally:
            server.kill()
            server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers, which it does when torch is imported and the models are loaded."""
    patience = time.monotonic() + 2 * PATIENCE / 1000
    while time.monotonic() < patience:
        assert server.poll() is None, log.read_text()
        with suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{log.read_text()}")


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a path of the studio as a new visitor; keywords are playwright's of a context."""
    contexts = []

    def open_page(path: str, **settings: Any) -> Page:
        context = chromium.new_context(**{"locale": "en-GB"} | settings)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Open Generate, or another address that leads there, and wait until it is all there."""

    def open_page(path: str = "/generate", **settings: Any) -> Page:
        page = visitor(path, **settings)
        page.locator(".st-key-draw button").wait_for()
        settle(page)
        return page

    return open_page


def settle(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
