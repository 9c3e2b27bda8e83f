"""What a download button is given runs on a thread that belongs to no session."""

from __future__ import annotations

import threading

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from pages.components.later import later

    st.session_state["who"] = "Ann"
    st.session_state["make"] = later(lambda: st.session_state["who"])
    st.session_state["bare"] = lambda: st.session_state.get("who")


def test_it_knows_the_session_on_another_thread() -> None:
    page = AppTest.from_function(script).run()
    assert not page.exception
    make, bare, found = page.session_state["make"], page.session_state["bare"], []
    thread = threading.Thread(target=lambda: found.extend([make(), bare()]))
    thread.start()
    thread.join()
    assert found == ["Ann", None]
