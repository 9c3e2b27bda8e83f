"""Kept recordings: only with consent, found again as they were, trends, and true erasure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.movement.samples import wide_csv
from data.notes import note
from data.scenes.figure import Figure
from pipeline.errors import InputError, StorageError
from pipeline.gallery import Gallery
from pipeline.movement import Analysis, analyse
from pipeline.movement.corrections import Corrections
from pipeline.movement.figure import figure_at
from pipeline.movement.sessions import Consent, Session, Sessions, trends
from pipeline.movement.study import Recording, open_recording
from pipeline.request import Prompt, Request, Result
from tests.data.movement.people import squatting

RECORDING = Recording(
    "squat.csv", wide_csv(squatting(2)).encode(), corrections=Corrections(reps=((0.2, 1.0, 1.8),))
)
AGREED = Consent("the athlete, in writing", date(2026, 1, 2))


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    movement = open_recording(RECORDING).movement
    return analyse(movement, RECORDING.cleaning, RECORDING.corrections)


def drawn(figure: Figure | None) -> Result:
    picture = np.zeros((64, 64, 3), np.uint8)
    return Result(
        request=Request(Prompt("a squat"), figure=figure),
        picture=picture,
        stages={"base": picture},
        attributes={},
        chosen=(),
        figure=figure,
        weights={},
        versions={},
        device="CPU",
        seconds={},
        peak_memory=1,
        created="2026-01-31T12:00:00+01:00",
    )


def test_a_session_is_found_again_as_it_was(tmp_path: Path, analysis: Analysis) -> None:
    sessions = Sessions(tmp_path)
    assert sessions.athletes() == []
    kept = sessions.keep(" Ada L ", date(2026, 3, 1), AGREED, RECORDING, analysis)
    assert sessions.athletes() == ["Ada L"]
    (found,) = Sessions(tmp_path).of("Ada L")
    assert found == kept
    assert {str(title) for title, _, _ in found.values} >= {"squat depth: hip below knee"}
    assert vars(sessions.recording(found)) == vars(RECORDING)


def test_nothing_is_kept_without_consent_or_under_a_bad_name(
    tmp_path: Path, analysis: Analysis
) -> None:
    sessions = Sessions(tmp_path)
    with pytest.raises(InputError, match="without consent"):
        sessions.keep("Ada", date(2026, 3, 1), Consent(" ", date(2026, 3, 1)), RECORDING, analysis)
    for name in ("", "../Ada", "a/b", "."):
        with pytest.raises(InputError, match="cannot be called"):
            sessions.keep(name, date(2026, 3, 1), AGREED, RECORDING, analysis)
    assert not any(tmp_path.iterdir())


def test_erasing_takes_the_pictures_of_its_poses_and_no_others(
    tmp_path: Path, analysis: Analysis
) -> None:
    gallery, sessions = Gallery(tmp_path), Sessions(tmp_path)
    figure = figure_at(analysis.movement, 40, "side")
    of_it = gallery.save(drawn(figure))
    other = gallery.save(drawn(Figure(figure.joints[:, :, ::-1].copy())))
    without_pose = gallery.save(drawn(None))
    kept = sessions.keep("Ada", date(2026, 3, 1), AGREED, RECORDING, analysis)
    assert sessions.erase(kept) == 1
    assert of_it not in gallery.results.ids()
    assert {other, without_pose} <= set(gallery.results.ids())
    assert sessions.athletes() == []
    assert not list((tmp_path / "athletes").rglob("*"))


def test_an_athlete_is_forgotten_with_what_is_damaged(tmp_path: Path, analysis: Analysis) -> None:
    sessions = Sessions(tmp_path)
    for day in (1, 2):
        kept = sessions.keep("Ada", date(2026, 3, day), AGREED, RECORDING, analysis)
    other = sessions.keep("Bo", date(2026, 3, 1), AGREED, RECORDING, analysis)
    (tmp_path / "athletes" / "Ada" / kept.id / "session.json").write_text("{")
    assert len(sessions.of("Ada")) == 1
    with pytest.raises(StorageError, match="damaged"):
        sessions.recording(kept)
    sessions.forget("Ada")
    assert not (tmp_path / "athletes" / "Ada").exists()
    assert sessions.of("Bo") == [other]


def over(values: list[float]) -> list[Session]:
    return [
        Session(
            str(n), "Ada", date(2026, 1, 1 + 7 * n), "s", AGREED, ((note("depth"), "%", value),)
        )
        for n, value in enumerate(values)
    ]


def test_a_trend_needs_sessions_and_says_how_sure_it_is() -> None:
    assert trends(over([1.0])) == []
    (short,) = trends(over([1.0, 2.0]))
    assert short.slope is None
    (steady,) = trends(over([0.0, 7.0, 14.0, 21.0]))
    assert steady.slope is not None
    np.testing.assert_allclose(steady.slope, 30)
    (unsure,) = trends(over([0.0, 9.0, -3.0, 6.0]))
    assert unsure.slope is not None
    assert unsure.slope[1] < 0 < unsure.slope[2]
