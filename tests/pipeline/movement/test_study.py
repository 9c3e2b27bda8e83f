"""A recording studied: events, attention, comparison, emphasis, and the way to a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.errors import FileError
from data.movement import KEYPOINT_INDEX, Movement, read
from data.movement.samples import perform, wide_csv
from data.scenes.posed import JOINT_INDEX
from models.movement_occlusion import Faithfulness, Trust
from models.movement_relevance import Target
from pipeline.errors import PoseError
from pipeline.movement import Analysis, analyse
from pipeline.movement.attend import attend, found_faults, target_of, verdict
from pipeline.movement.compare import align, compare, compare_with_technique, notable
from pipeline.movement.emphasis import emphases
from pipeline.movement.figure import figure_at
from pipeline.movement.out import movement_json
from pipeline.movement.study import Recording, study
from pipeline.pose import read_pose
from pipeline.runtime import Runtime
from tests.data.movement.people import FPS, squatting
from tests.pipeline.weights import write

SAMPLES = Path(__file__).parents[3] / "data" / "samples"


def analysed(joints: np.ndarray) -> Analysis:
    times = np.arange(len(joints)) / FPS
    return analyse(Movement("m", "TRC", times, "recorded", joints, unit="m"))


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    folder = tmp_path_factory.mktemp("weights")
    write(folder)
    return Runtime(weights=folder, device="cpu")


def test_a_study_tells_all_stages(runtime: Runtime) -> None:
    recording = Recording("squat.csv", wide_csv(squatting()).encode())
    found = {e.stage: e.value for e in study(recording, runtime) if e.value is not None}
    assert list(found) == ["read", "measure", "attend", "trust", "leave out"]
    assert len(found["measure"].reps) == 2
    attended = found["attend"]
    assert "left_ear" not in attended.joints
    assert found["leave out"].shape == (len(attended.times), len(attended.joints))
    assert attended.times[-1] == pytest.approx(found["measure"].movement.times[-1])
    told = movement_json(found["measure"], attended, found["trust"])["model"]
    assert set(told["actions"]) == {"squat", "walk", "jump"}


def test_a_damaged_file_ends_a_study_in_a_sentence(runtime: Runtime) -> None:
    with pytest.raises(FileError, match=r"x\.json"):
        list(study(Recording("x.json", b"{"), runtime))


def test_without_joints_there_is_nothing_to_attend_to(runtime: Runtime) -> None:
    rows = ["time_s,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z"]
    rows += [f"{i / 50:.3f},0.1,9.8,0.2,1,2,3" for i in range(100)]
    events = list(study(Recording("imu.csv", "\n".join(rows).encode()), runtime))
    assert {e.stage for e in events} == {"read", "measure"}


def test_maps_explain_what_is_asked_for(runtime: Runtime) -> None:
    analysis = analysed(squatting())
    plain = attend(analysis, runtime, explain="action")
    assert plain is not None
    assert plain.explains == "action"
    name = plain.faults[1]
    asked = attend(analysis, runtime, explain=name)
    assert asked is not None
    assert asked.explains == name
    assert not np.allclose(asked.look.relevance, plain.look.relevance)
    sure = np.array([0.1, 0.9, 0.6])
    assert target_of(("a", "b", "c"), sure, "") == Target("fault", 1)
    assert target_of(("a", "b", "c"), sure / 2, "") is None
    assert target_of(("a", "b", "c"), sure, "action") is None


def test_links_name_the_turn_of_a_repetition(runtime: Runtime) -> None:
    attended = attend(analysed(squatting()), runtime)
    assert attended is not None
    for link in attended.links:
        assert link.event == "rep_turn"
        assert abs(link.time - link.other) > 0.1
    assert all(p >= 0.5 for _, p in found_faults(attended))


def faithfulness(marked: float, random: float, spread: float = 0.01) -> Trust:
    return Trust(
        0.9,
        {"relevance": Faithfulness(marked, 0.1)},
        Faithfulness(random, 0.2),
        Faithfulness(spread, 0.1),
    )


def test_verdicts_are_honest() -> None:
    kind, ratio = verdict(faithfulness(0.31, 0.1), "relevance")
    assert kind == "better"
    assert ratio == pytest.approx(3.1)
    assert verdict(faithfulness(0.101, 0.1), "relevance")[0] == "even"
    assert verdict(faithfulness(0.01, 0.005), "relevance")[0] == "insensitive"
    # Losing less than nothing by chance makes nothing of what loses nothing either.
    assert verdict(faithfulness(-0.1, -0.3), "relevance")[0] != "better"
    assert verdict(faithfulness(0.2, -0.3), "relevance") == ("better", pytest.approx(20))


def test_a_movement_aligned_with_itself_is_the_diagonal() -> None:
    values = np.cumsum(np.random.default_rng(0).normal(size=(40, 3)), 0)
    np.testing.assert_array_equal(align(values, values), np.stack([np.arange(40)] * 2, 1))


def test_a_reference_is_found_inside_a_longer_recording() -> None:
    rng = np.random.default_rng(0)
    reference = np.cumsum(rng.normal(size=(30, 4)), 0)
    recording = np.concatenate([rng.normal(50, 1, (20, 4)), reference, rng.normal(50, 1, (15, 4))])
    path = align(recording, reference)
    assert path[0, 0] == 20
    assert path[-1, 0] == 49


def test_a_fault_of_so_many_degrees_is_found_at_its_joint() -> None:
    from data.movement.faults import lean_forward

    joints = squatting(1)
    other = analysed(lean_forward(joints, np.full(len(joints), 20.0)))
    found = compare(other, analysed(joints))
    assert found is not None
    worst = {name for name, _, _ in notable(found)}
    assert {"left_hip", "right_hip"} <= worst
    at = found.angles.index("left_hip")
    np.testing.assert_allclose(found.deviation[at], 20, atol=3)
    assert found.tempo == pytest.approx(1, abs=0.1)


def test_a_slow_repetition_is_compared_from_its_start_to_its_end() -> None:
    depth = np.concatenate([np.zeros(90), np.sin(np.linspace(0, np.pi, 360)) ** 2, np.zeros(90)])
    found = compare_with_technique(analysed(perform("squat", depth)), "squat")
    assert found is not None
    start, end = found.span
    assert start == pytest.approx(90 / FPS, abs=360 / FPS / 5)
    assert end == pytest.approx(450 / FPS, abs=360 / FPS / 5)
    assert found.tempo > 2
    assert found.distance < 5


def test_the_samples_are_near_their_own_techniques() -> None:
    movement = read("squat.csv", (SAMPLES / "squat_valgus.csv").read_bytes())
    found = compare_with_technique(analyse(movement), "squat")
    assert found is not None
    assert found.distance < 5
    assert found.phases == ("squat/standing", "squat/descent", "squat/bottom")


def test_rules_suggest_what_the_measures_show() -> None:
    movement = read("squat.csv", (SAMPLES / "squat_valgus.csv").read_bytes())
    found = emphases(analyse(movement), None)
    assert "knees come inside" in str(found[0].finding)
    assert all(emphasis.source for emphasis in found)
    assert not emphases(analysed(np.repeat(squatting()[:1], 50, 0)), None)


def test_a_moment_becomes_a_figure_from_every_side() -> None:
    movement = analysed(squatting()).movement
    figures = {view: figure_at(movement, 60, view) for view in ("front", "side", "back")}
    for figure in figures.values():
        known = figure.joints[np.isfinite(figure.joints)]
        assert known.min() > 0
        assert known.max() < 1
    left, right = (JOINT_INDEX[f"{side}_shoulder"] for side in ("left", "right"))
    assert figures["front"].joints[0, left, 0] > figures["front"].joints[0, right, 0]
    assert figures["back"].joints[0, left, 0] < figures["back"].joints[0, right, 0]
    assert np.isnan(figures["back"].joints[0, JOINT_INDEX["nose"]]).all()


def test_a_frame_that_is_not_there_is_refused() -> None:
    with pytest.raises(PoseError, match="no frame 9999"):
        figure_at(analysed(squatting()).movement, 9999)


def test_the_command_lines_pose_takes_recordings() -> None:
    data = (SAMPLES / "jump_shot.trc").read_bytes()
    a, b = (read_pose("jump_shot.trc", data, frame) for frame in (5, 60))
    wrist = JOINT_INDEX["right_wrist"]
    assert b.joints[0, wrist, 1] < a.joints[0, wrist, 1]
    with pytest.raises(PoseError, match="no frame"):
        read_pose("jump_shot.trc", data, 5000)


def test_in_a_picture_the_figure_keeps_its_view() -> None:
    movement = analysed(squatting()[..., :2]).movement
    joints = figure_at(movement, 0).joints[0]
    assert joints[JOINT_INDEX["nose"], 1] < joints[KEYPOINT_INDEX["left_ankle"], 1]
