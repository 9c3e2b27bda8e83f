"""The Movement view, as a visitor uses it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import pipeline
from tests.pages.conftest import APP
from tests.pages.test_generate import texts
from tests.pipeline.weights import write


@pytest.fixture
def view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page in a session, over tiny networks."""
    write(tmp_path)
    monkeypatch.setenv("TRAINSIGHT_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path / "home"))
    st.cache_resource.clear()
    studio = AppTest.from_file(APP, default_timeout=30).run()
    yield studio.switch_page("movement.py").run()
    st.cache_resource.clear()


def until_done(view: AppTest) -> AppTest:
    for _attempt in range(300):
        view.run()
        if view.get("download_button") or view.error:
            return view
        time.sleep(0.05)
    raise AssertionError("the study does not end")


def test_a_sample_is_one_click_away(view: AppTest) -> None:
    view.button(key="sample squat_valgus.csv").click().run()
    until_done(view)
    assert not view.exception
    said = texts(view)
    for words in (
        r"squat\_valgus",
        "Knee-to-ankle separation",
        "Quality score",
        "knees come inside",
    ):
        assert words in said or any(words in str(m.label) for m in view.metric)
    assert len(view.get("download_button")) == 5


def test_an_upload_is_studied_and_a_broken_one_explained(view: AppTest) -> None:
    view.file_uploader(key="movement file").upload("x.json", b"{", "application/json").run()
    until_done(view)
    assert r"x\.json" in view.error[0].value
    assert not view.exception
    trc = (Path(__file__).parents[2] / "data" / "samples" / "jump_shot.trc").read_bytes()
    view.file_uploader(key="movement file").upload("shot.trc", trc, "text/plain").run()
    until_done(view)
    assert not view.error
    assert "shot" in texts(view)


def test_a_file_without_positions_shows_its_curves(view: AppTest) -> None:
    rows = ["time_s,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z"]
    rows += [f"{i / 50:.3f},0.1,9.8,0.2,1,2,3" for i in range(100)]
    data = "\n".join(rows).encode()
    view.file_uploader(key="movement file").upload("imu.csv", data, "text/csv").run()
    until_done(view)
    assert not view.exception
    assert "no positions" in view.info[0].value


def test_markup_in_a_name_is_shown_as_it_is(view: AppTest) -> None:
    view.file_uploader(key="movement file").upload("<b>*x*</b>.json", b"{", "text/plain").run()
    until_done(view)
    assert r"\<b\>" in view.error[0].value


def test_a_study_that_is_gone_is_explained(view: AppTest) -> None:
    other = AppTest.from_file(APP, default_timeout=30)
    other.run()
    other.switch_page("movement.py")
    other.query_params["study"] = "000000000000"
    other.run()
    assert "no longer in memory" in other.info[0].value


def type_new(view: AppTest, key: str, option: str) -> None:
    """Type an option that the list hasn't got, for which AppTest has no way of its own."""
    box = view.selectbox(key=key)
    box.options.append(option)
    box.set_value(option)


def test_a_recording_is_kept_with_consent_only_reopened_and_erased(
    view: AppTest, tmp_path: Path
) -> None:
    view.button(key="sample squat_valgus.csv").click().run()
    until_done(view)
    assert view.button(key="keep it").disabled
    view.checkbox(key="keep agreed").check().run()
    type_new(view, "keep athlete", "Ada")
    view.button(key="keep it").click().run()
    assert "without consent" in view.error[0].value
    type_new(view, "keep athlete", "Ada")
    view.text_input(key="keep by").set_value("the athlete")
    view.button(key="keep it").click().run()
    assert not view.exception
    assert [error.value for error in view.error] == []
    (session,) = pipeline.Sessions(tmp_path / "home").of("Ada")
    # Kept, it is a reference for the next recording: of itself here, so that nothing differs.
    view.selectbox(key="reference").select(session.id).run()
    assert not view.exception
    assert "Ada" in view.selectbox(key="reference").options[0]
    assert any("**0.0°** apart" in m.value for m in view.markdown)
    view.button(key=f"open {session.id}").click().run()
    until_done(view)
    assert not view.exception
    view.button(key=f"erase {session.id}").click().run()
    assert pipeline.Sessions(tmp_path / "home").athletes() == []
    assert any("Erased" in success.value for success in view.success)


def test_events_set_by_hand_change_what_is_told(view: AppTest) -> None:
    view.button(key="sample squat_valgus.csv").click().run()
    until_done(view)
    view.session_state["corrections"] = pipeline.Corrections(reps=((1.0, 2.0, 3.0),))
    view.number_input(key="cutoff").set_value(8.0).run()
    until_done(view)
    said = texts(view)
    assert "Set by hand: repetitions." in said
    view.button(key="sample sprint.csv").click().run()
    until_done(view)
    assert "Set by hand" not in texts(view)


def test_curves_maps_and_what_they_explain_can_be_chosen(view: AppTest) -> None:
    view.button(key="sample jump_asymmetric.trc").click().run()
    until_done(view)
    assert "Flights: 2" in texts(view)
    for kind, words in (("velocities", "central differences"), ("centre", "segments' masses")):
        view.session_state["curves of"] = kind
        view.run()
        assert not view.exception
        assert words in texts(view)
    offered = explained(view)
    label, fault = next((label, f) for label, f in FAULTS.items() if label in offered)
    view.session_state["explain"] = fault
    view.number_input(key="cutoff").set_value(8.0).run()
    until_done(view)
    assert not view.exception
    assert view.session_state["explain"] == fault
    assert label in explained(view)


FAULTS = {
    "one side doing less than the other": "uneven",
    "knees falling inwards": "knees_in",
    "not deep enough": "shallow",
    "trunk leaning too far forward": "trunk_forward",
}
"""What a fault is called: which of them networks find that learnt nothing is chance."""


def explained(view: AppTest) -> list[str]:
    """The answers of the model that maps can explain."""
    found = next(o for o in view.get("button_group") if o.label == "The maps explain")
    return [option.content for option in found.proto.options]


def test_a_replay_tells_its_windows(view: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    view.button(key="sample squat_valgus.csv").click().run()
    until_done(view)
    clock = [100.0]
    monkeypatch.setattr("pages.components.movement.live.monotonic", lambda: clock[0])
    view.session_state["live"] = True
    view.run()
    view.button(key="start stream").click().run()
    clock[0] += 60
    view.run()
    assert not view.exception
    values = {metric.label: metric.value for metric in view.metric}
    assert values["Repetitions"] == "3"
    assert "Looks like" in texts(view)
