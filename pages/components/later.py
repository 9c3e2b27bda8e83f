"""Downloads that are written only when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

T = TypeVar("T")


def later(make: Callable[[], T]) -> Callable[[], T]:
    """``make`` as a download button may call it: knowing the visitor's language and state.

    Streamlit calls what a download button was given on a thread that belongs to no session, where
    every visitor reads English metric and nothing is remembered.
    """
    context = get_script_run_ctx()

    def join() -> None:
        add_script_run_ctx(threading.current_thread(), context)

    def run() -> T:
        with ThreadPoolExecutor(1, initializer=join) as pool:
            return pool.submit(make).result()

    return run
