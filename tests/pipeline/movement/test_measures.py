"""Cleaning and measures against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from data.movement import KEYPOINT_INDEX, Inertial, Movement, read
from data.movement.samples import FOLDER
from pipeline.movement import Analysis, Cleaning, analyse, clean
from pipeline.movement.angles import between, joint_angles, segment_angles, unwrap
from pipeline.movement.clean import fill_gaps, hampel, low_pass
from pipeline.movement.contact import contacts, gait, jumps, runs
from pipeline.movement.corrections import Corrections
from pipeline.movement.mass import centre_of_mass, velocity
from pipeline.movement.orientation import inclinations
from pipeline.movement.reps import find_reps
from pipeline.movement.screening import projection_angle, symmetry_index
from tests.data.movement.people import FPS, squatting, standing

K = KEYPOINT_INDEX


def movement(joints: np.ndarray, fps: float = FPS) -> Movement:
    times = np.arange(len(joints)) / fps
    return Movement("made", "test", times, "recorded", joints, unit="m")


def test_the_filter_passes_slow_and_halves_the_power_at_its_cutoff() -> None:
    times = np.arange(1000) / 100
    slow, cut = (np.sin(2 * np.pi * hertz * times)[:, None] for hertz in (0.5, 6))
    middle = slice(200, 800)
    assert np.abs(low_pass(slow, 100) - slow)[middle].max() < 1e-3
    gain = np.abs(low_pass(cut, 100))[middle].max()
    assert gain == pytest.approx(2**-0.5, abs=0.01)


def test_an_outlier_is_taken_out_and_nothing_else() -> None:
    values = np.sin(np.arange(100) / 10)[:, None]
    spoilt = values.copy()
    spoilt[40] += 5
    cleaned = hampel(spoilt, 5, 5)
    assert np.flatnonzero(np.isnan(cleaned[:, 0])).tolist() == [40]


def test_the_newest_moment_of_a_movement_is_no_outlier() -> None:
    faster = (np.arange(12.0) ** 2)[:, None]
    np.testing.assert_array_equal(hampel(faster, 3, 5), faster)
    faster[-1] += 500
    assert np.flatnonzero(np.isnan(hampel(faster, 3, 5)[:, 0])).tolist() == [11]


def test_a_joint_that_moves_on_by_whole_pixels_is_no_outlier() -> None:
    pixels = np.round(np.interp(np.arange(60), [0, 20, 40, 59], [100, 100, 140, 140]))[:, None]
    pixels[10] += 1  # and back
    np.testing.assert_array_equal(hampel(pixels, 2, 5), pixels)
    pixels[10] += 30
    assert np.flatnonzero(np.isnan(hampel(pixels, 2, 5)[:, 0])).tolist() == [10]


def test_gaps_are_filled_up_to_the_stated_length_only() -> None:
    values = np.arange(30.0)[:, None]
    values[5:8] = values[15:20] = values[:2] = np.nan
    filled = fill_gaps(values, 3)[:, 0]
    np.testing.assert_allclose(filled[5:8], [5, 6, 7])
    assert np.isnan(filled[15:20]).all()
    assert np.isnan(filled[:2]).all()


def test_uneven_times_are_made_even() -> None:
    joints = squatting()
    keep = np.random.default_rng(0).random(len(joints)) > 0.2
    uneven = movement(joints)
    uneven = Movement("x", "test", uneven.times[keep], "recorded", joints[keep], unit="m")
    even = clean(uneven, Cleaning(cutoff=None, outliers=None))
    assert np.ptp(np.diff(even.times)) < 1e-9
    at = [K["left_hip"]]
    expected = np.interp(even.times, np.arange(len(joints)) / FPS, joints[:, at[0], 1])
    assert even.joints is not None
    np.testing.assert_allclose(even.joints[:, at[0], 1], expected, atol=0.01)


def posture(**moved: tuple[float, float, float]) -> np.ndarray:
    joints = standing()
    for name, place in moved.items():
        joints[K[name]] = place
    return joints[None]


def test_standing_is_zero() -> None:
    angles = joint_angles(posture(left_knee=(0.1, 0.49, 0.0)))
    for name in ("left_knee", "left_hip", "left_ankle"):
        assert angles[name][0] == pytest.approx(0, abs=1e-6)


def test_joint_angles_in_space() -> None:
    bent = posture(
        left_knee=(0.1, 0.90, 0.42),  # thigh level, ahead: 90° of hip flexion
        left_ankle=(0.1, 0.48, 0.42),  # shank hanging: 90° of knee flexion
        left_heel=(0.1, 0.40, 0.37),
        left_big_toe=(0.1, 0.40, 0.59),  # foot level
        left_elbow=(0.48, 1.40, 0.0),  # arm level, sideways
        left_wrist=(0.48, 1.65, 0.0),
        right_knee=(-0.1, 0.60, -0.30),  # thigh 45° back
    )
    angles = {name: float(values[0]) for name, values in joint_angles(bent).items()}
    assert angles["left_hip"] == pytest.approx(90)
    assert angles["left_knee"] == pytest.approx(90)
    assert angles["left_ankle"] == pytest.approx(0, abs=1e-6)
    assert angles["left_shoulder"] == pytest.approx(90)
    assert angles["left_elbow"] == pytest.approx(90)
    assert angles["right_hip"] == pytest.approx(-45)


@pytest.mark.parametrize("side", [1, -1])
def test_in_a_side_view_flexion_is_positive_whichever_way_one_looks(side: int) -> None:
    picture = squatting()[..., [2, 1]] * [side, 1]
    angles = joint_angles(picture)
    assert angles["left_hip"].max() > 30
    assert angles["left_knee"].max() > 40


def test_segment_angles_are_against_the_horizontal() -> None:
    segments = segment_angles(posture())
    assert segments["trunk"][0] == pytest.approx(90)
    assert segments["left_foot"][0] == pytest.approx(0)
    flat = segment_angles(posture()[..., [2, 1]])
    assert flat["trunk"][0] == pytest.approx(90)


def test_a_missing_point_makes_only_its_angles_missing() -> None:
    joints = posture()
    joints[:, K["left_ankle"]] = np.nan
    angles = joint_angles(joints)
    assert np.isnan(angles["left_knee"]).all()
    assert np.isfinite(angles["right_knee"]).all()


def test_angles_do_not_jump_at_180_degrees() -> None:
    turned = np.array([170.0, 172, 178, np.nan, -176])
    np.testing.assert_allclose(unwrap(turned)[[0, 1, 2, 4]], [170, 172, 178, 184])


def test_small_angles_between_vectors_are_exact() -> None:
    a, b = np.array([[1.0, 0]]), np.array([[1.0, 1e-9]])
    assert between(a, b)[0] == pytest.approx(np.degrees(1e-9))


def test_the_centre_of_mass_follows_winters_table() -> None:
    """Only the left forearm is off the axis: 0.022 of the mass, 0.682 along it."""
    joints = np.zeros((1, len(K), 3))
    joints[:, K["left_wrist"], 0] = 1.0
    assert centre_of_mass(joints)[0] == pytest.approx([0.022 * 0.682, 0, 0])
    same = np.ones((1, len(K), 3))
    assert centre_of_mass(same)[0] == pytest.approx([1, 1, 1])


def test_velocity_is_per_second() -> None:
    assert velocity(np.arange(5) * 3.0, np.arange(5) / 10) == pytest.approx([30] * 5)


def test_repetitions_with_pauses_are_counted_where_they_are() -> None:
    wave = 90 * np.sin(np.linspace(0, np.pi, 100)) ** 2
    rest = np.zeros(150)
    angle = np.concatenate([rest, wave, rest, wave, wave, rest])
    angle += np.random.default_rng(0).normal(0, 0.5, len(angle))
    reps = find_reps(angle, 50)
    assert len(reps) == 3
    assert [rep.turn for rep in reps] == pytest.approx([200, 450, 550], abs=3)
    assert reps[0].start == pytest.approx(163, abs=4)
    assert reps[0].range == pytest.approx(90, abs=3)
    assert find_reps(np.zeros(100), 50) == []


def test_squats_are_recognised_and_measured() -> None:
    analysis = analyse(movement(squatting(reps=3)))
    assert analysis.exercise == "squat"
    assert len(analysis.reps) == 3
    found = {indicator.name: indicator for indicator in analysis.indicators}
    assert found["limb symmetry index"].value == pytest.approx(100)
    assert found["left knee frontal plane projection angle"].value == pytest.approx(0, abs=0.1)
    assert found["knee-to-ankle separation"].value == pytest.approx(100)
    # Hips at 0.90 − 0.25 m above knees at 0.48 m, of a thigh of 0.42 m.
    assert found["squat depth: hip below knee"].value == pytest.approx(-40.5, abs=1)


def sample(name: str) -> Analysis:
    return analyse(read(name, (FOLDER / name).read_bytes()))


def test_the_dip_before_a_jump_and_its_landing_are_no_squats() -> None:
    found = sample("jump_asymmetric.trc")
    assert len(found.jumps) == 2
    assert (found.exercise, found.reps) == ("", ())
    values = {i.name: i for i in found.indicators}
    # The left knee bends 17° less than the right, of about 75°.
    assert values["limb symmetry index"].value == pytest.approx(82, abs=3)
    assert values["knee-to-ankle separation"].value is not None
    assert "squat" in str(values["squat depth: hip below knee"].missing)
    assert values["feet landing apart"].value == pytest.approx(0, abs=17)  # a frame
    lean, stance = values["trunk lean at landing"].value, values["stance width at landing"].value
    assert lean is not None
    assert stance is not None
    assert 0 <= lean < 20
    assert 60 < stance < 200


def test_a_landing_on_one_foot_first_is_told() -> None:
    movement_ = read("x.trc", (FOLDER / "jump_asymmetric.trc").read_bytes())
    on = {side: analyse(movement_).contacts[side].copy() for side in ("left", "right")}
    jump = analyse(movement_).jumps[0]
    on["left"][jump.landing : jump.landing + 7] = False
    times = movement_.times
    spans = {
        side: tuple(
            (float(times[a]), float(times[b - 1]))
            for a, b in np.flatnonzero(
                np.diff(np.concatenate([[0], on[side].astype(int), [0]]))
            ).reshape(-1, 2)
        )
        for side in on
    }
    flights = ((float(times[jump.take_off]), float(times[jump.landing])),)
    found = analyse(movement_, corrections=Corrections(contacts=spans, flights=flights))
    values = {i.name: i.value for i in found.indicators}
    assert values["feet landing apart"] == pytest.approx(100, abs=20)


def test_a_runners_foot_strikes_when_it_meets_the_ground() -> None:
    found = sample("sprint.csv")
    assert found.gait is not None
    for side in ("left", "right"):
        on = found.contacts[side]
        for strike in found.gait.strikes[side]:
            assert on[strike]
            assert not on[strike - 1]
    values = {i.name: i.value for i in found.indicators}
    reach = values["left overstride"]
    assert reach is not None
    assert 10 < reach < 35
    contact = values["left ground contact time"]
    assert contact == pytest.approx(117, abs=20)  # 7 frames at 60 a second


def test_walkers_keep_the_moments_of_their_farthest_reach() -> None:
    times = np.arange(0, 3, 1 / 50)
    on = {"left": np.sin(6 * times) > -0.2, "right": np.sin(6 * times) < 0.2}
    assert not runs(on)
    assert runs({side: on[side] & (np.cos(12 * times) > 0) for side in on})


def test_the_height_of_a_jump_follows_from_its_time_in_the_air() -> None:
    seconds = 0.5
    air = np.arange(0, seconds, 1 / 200)
    rise = 9.80665 / 2 * air * (seconds - air)
    high = np.concatenate([np.zeros(100), rise, np.zeros(100)])
    joints = np.tile(standing(), (len(high), 1, 1))
    joints[..., 1] += high[:, None]
    (jump,) = jumps(joints, np.arange(len(high)) / 200)
    assert jump.height == pytest.approx(9.80665 * seconds**2 / 8, rel=0.1)
    on = contacts(joints, np.arange(len(high)) / 200)["left"]
    assert on[:90].all()
    assert not on[120:180].any()


def test_steps_are_counted_along_the_way() -> None:
    """Ankles swing 0.8 m about a pelvis that goes 1.5 m a second: a stride a second."""
    times = np.arange(0, 5, 1 / 50)
    joints = np.tile(standing(), (len(times), 1, 1))
    for side, late in (("left", 0), ("right", np.pi)):
        joints[:, K[f"{side}_ankle"], 2] += 0.4 * np.sin(2 * np.pi * times + late)
    joints[..., 2] += 1.5 * times[:, None]
    steps = gait(joints, times)
    assert steps is not None
    assert steps.cadence == pytest.approx(120, rel=0.03)
    assert np.diff(times[list(steps.strikes["left"])]) == pytest.approx(1, abs=0.03)
    assert gait(squatting(), np.arange(len(squatting())) / FPS) is None


def test_valgus_is_positive_where_the_knee_falls_inwards() -> None:
    joints = squatting()
    depth = (joints[:, K["left_hip"], 1].max() - joints[:, K["left_hip"], 1]) / 0.25
    joints[:, K["left_knee"], 0] -= 0.05 * depth
    found = {i.name: i.value for i in analyse(movement(joints)).indicators}
    left = found["left knee frontal plane projection angle"]
    assert left is not None
    assert left > 5
    assert found["knee-to-ankle separation"] == pytest.approx(75, abs=2)
    hip, knee, ankle = (np.array([p]) for p in ((0.0, 2.0), (-1.0, 1.0), (0.0, 0.0)))
    assert projection_angle(hip, knee, ankle)[0] == pytest.approx(90)


def test_what_the_view_does_not_show_is_not_assessable() -> None:
    side_view = squatting()[..., [2, 1]]
    found = {i.name: i for i in analyse(movement(side_view)).indicators}
    valgus = found["left knee frontal plane projection angle"]
    assert valgus.value is None
    assert "front" in str(valgus.missing)
    assert found["trunk lean at the deepest point"].value is not None
    for indicator in found.values():
        assert (indicator.value is None) == (indicator.missing is not None)


def test_symmetry_is_the_weaker_over_the_stronger() -> None:
    assert symmetry_index(45, 50) == symmetry_index(50, 45) == pytest.approx(90)
    assert np.isnan(symmetry_index(0, 0))


def test_a_sensor_that_lies_on_its_side_is_tilted_by_90_degrees() -> None:
    pull = np.zeros((300, 2, 3))
    pull[:, 0, 2] = pull[:, 1, 0] = 9.80665
    signals = Inertial(("flat", "side"), pull, np.zeros_like(pull))
    tilts = inclinations(signals, np.arange(300) / 100)
    assert tilts[-1] == pytest.approx([0, 90], abs=2)
