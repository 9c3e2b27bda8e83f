"""Every action of the library: anatomy, contact with the floor, balance, symmetry."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.scenes.actions import LIBRARY, mirrored, pose
from data.scenes.actions.action import CHANNELS, CONTACTS, Key, arm, leg, monotone_slopes
from data.scenes.actions.floor_contact import FLESH, centre_of_mass
from data.scenes.anatomy import ANGLES, HIGHEST, LOWEST, RANGE_OF_MOTION
from data.scenes.posed import JOINT_INDEX, JOINTS, PROPS, Posed
from data.scenes.scene import PHASES, VENUES, Athlete, Camera, Scene

MOMENTS = np.linspace(0, 0.999, 23)
BODIES = (
    Athlete(),
    Athlete(sex="female", build="slim", height=1.6),
    Athlete(age="child", height=1.35),
    Athlete(build="heavy", height=1.95),
)
BONES = [
    (f"{side}_{near}", f"{side}_{far}")
    for side in ("left", "right")
    for near, far in (
        *(("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle")),
        *(("ankle", "heel"), ("ankle", "toe"), ("heel", "toe")),
    )
]
every_action = pytest.mark.parametrize("name", sorted(LIBRARY))


def posed_at(name: str, progress: float, *athletes: Athlete, variation: int = 0) -> Posed:
    scene = Scene(
        *(name, PHASES[name][0], float(progress), athletes or (Athlete(),)),
        *(LIBRARY[name].venues[0], "day", Camera()),
        variation=variation,
    )
    return pose(scene)


def bend(joints: np.ndarray, upper: str, middle: str, lower: str) -> float:
    """Flexion of a hinge joint in degrees, 0 = straight."""
    a, b, c = (joints[JOINT_INDEX[name]] for name in (upper, middle, lower))
    cosine = (b - a) @ (c - b) / (np.linalg.norm(b - a) * np.linalg.norm(c - b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


@every_action
def test_phases_are_those_of_the_vocabulary_in_their_order(name: str) -> None:
    phases, expected = tuple(LIBRARY[name].phases()), PHASES[name]
    # A cycle may begin anywhere.
    starts = range(len(phases)) if LIBRARY[name].periodic else (0,)
    assert expected in [phases[i:] + phases[:i] for i in starts]


@every_action
def test_venues_exist(name: str) -> None:
    action = LIBRARY[name]
    assert set(action.venues) <= set(VENUES)
    assert 0 < action.usual_venues <= len(action.venues)


@every_action
def test_angles_stay_within_the_range_of_motion(name: str) -> None:
    for progress in MOMENTS:
        angles = LIBRARY[name].at(progress)[: len(ANGLES)]
        assert (angles >= LOWEST - 1e-9).all()
        assert (angles <= HIGHEST + 1e-9).all()


@every_action
def test_elbows_and_knees_bent_to_a_contact_stay_within_the_range_of_motion(name: str) -> None:
    for body in BODIES:
        for progress in MOMENTS:
            joints = posed_at(name, progress, body).joints[0]
            for side in ("left", "right"):
                elbow = bend(joints, f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist")
                knee = bend(joints, f"{side}_hip", f"{side}_knee", f"{side}_ankle")
                assert elbow <= RANGE_OF_MOTION["elbow"][1] + 1
                assert knee <= RANGE_OF_MOTION["knee"][1] + 1


@every_action
def test_bones_keep_their_length(name: str) -> None:
    lengths = []
    for progress in MOMENTS:
        joints = posed_at(name, progress).joints[0]
        lengths.append(
            [np.linalg.norm(joints[JOINT_INDEX[a]] - joints[JOINT_INDEX[b]]) for a, b in BONES]
        )
    assert np.ptp(lengths, axis=0).max() < 1e-4


@every_action
def test_nothing_of_the_body_is_under_the_floor(name: str) -> None:
    if not LIBRARY[name].grounded:
        pytest.skip("not on the floor")
    for variation, body in enumerate(BODIES):
        for progress in MOMENTS:
            joints = posed_at(name, progress, body, variation=variation).joints[0]
            low = int(joints[:, 1].argmin())
            height = joints[low, 1] - LIBRARY[name].floor
            assert height > -2e-3, f"{JOINTS[low]} at {progress:.2f}"


@every_action
def test_planted_feet_touch_the_floor(name: str) -> None:
    action = LIBRARY[name]
    if not action.grounded:
        pytest.skip("not on the floor")
    raised = 0.0
    for variation, body in enumerate(BODIES):
        for key in action.keys:
            joints = posed_at(name, key.at, body, variation=variation).joints[0]
            contacts = key.contacts()
            heights = joints[:, 1] - action.floor
            for side in ("left", "right"):
                heel, toe = (heights[JOINT_INDEX[f"{side}_{part}"]] for part in ("heel", "toe"))
                if contacts[f"{side}_flat"]:
                    raised = max(raised, heel, toe)
                if contacts[f"{side}_toe"]:
                    raised = max(raised, min(heel, toe))
    assert raised < 0.015


@every_action
def test_who_is_in_the_air_has_both_feet_off_the_floor(name: str) -> None:
    for key in LIBRARY[name].keys:
        if key.air and LIBRARY[name].grounded:
            joints = posed_at(name, key.at).joints[0]
            skin = joints[:, 1] - FLESH * Athlete().height
            assert skin.min() - LIBRARY[name].floor == pytest.approx(key.air, abs=0.03)


@every_action
def test_the_centre_of_mass_is_over_the_feet_of_balanced_actions(name: str) -> None:
    action = LIBRARY[name]
    if not action.balanced:
        pytest.skip("moves on")
    for body in BODIES:
        for key in action.keys:
            contacts = key.contacts()
            flat = [side for side in ("left", "right") if contacts[f"{side}_flat"]]
            if not flat:
                continue
            joints = posed_at(name, key.at, body).joints[0]
            feet = np.array(
                [joints[JOINT_INDEX[f"{s}_{p}"]] for s in flat for p in ("heel", "toe")]
            )
            mass = centre_of_mass(joints)
            for axis in (0, 2):
                assert feet[:, axis].min() - 0.03 < mass[axis] < feet[:, axis].max() + 0.03


@every_action
def test_a_left_hander_is_the_mirror_image(name: str) -> None:
    for progress in MOMENTS[::5]:
        right = mirrored(posed_at(name, progress, variation=5))
        left = posed_at(name, progress, Athlete(handed="left"), variation=5)
        np.testing.assert_allclose(left.joints, right.joints, atol=1e-6)
        np.testing.assert_allclose(left.hand_axes, right.hand_axes, atol=1e-6)
        for a, b in zip(left.props, right.props, strict=True):
            np.testing.assert_allclose((a.tail, a.tip, a.up), (b.tail, b.tip, b.up), atol=1e-6)


@every_action
def test_the_same_scene_gives_the_same_pose_and_another_variation_another(name: str) -> None:
    np.testing.assert_array_equal(
        posed_at(name, 0.4, variation=1).joints, posed_at(name, 0.4, variation=1).joints
    )
    assert (
        np.abs(
            posed_at(name, 0.4, variation=1).joints - posed_at(name, 0.4, variation=2).joints
        ).max()
        > 0.005
    )


@every_action
def test_people_and_their_equipment_keep_out_of_each_others_lanes(name: str) -> None:
    for variation in range(6):
        alone = len(posed_at(name, 0.3).props)
        group = posed_at(name, 0.3, *BODIES[:3], variation=variation)
        lanes = []
        for i, joints in enumerate(group.joints):
            mine = group.props[i * alone : (i + 1) * alone]
            x = [*joints[:, 0], *(end[0] for p in mine for end in (p.tail, p.tip))]
            lanes.append((min(x), max(x)))
        lanes.sort()
        assert all(b[0] - a[1] > 0.3 for a, b in pairwise(lanes))


def test_runners_seen_from_the_side_run_ahead_of_each_other() -> None:
    for variation in range(6):
        scene = Scene(
            "distance_run",
            PHASES["distance_run"][0],
            0.3,
            BODIES[:3],
            "road",
            "day",
            Camera(azimuth=95.0),
        )
        group = pose(replace(scene, variation=variation))
        lanes = sorted((joints[:, 2].min(), joints[:, 2].max()) for joints in group.joints)
        assert all(b[0] - a[1] > 0.3 for a, b in pairwise(lanes))


@every_action
def test_props_are_known_and_finite_and_their_normals_square(name: str) -> None:
    for progress in MOMENTS:
        for prop in posed_at(name, progress).props:
            assert prop.kind in PROPS
            assert np.isfinite((prop.tail, prop.tip)).all()
            assert np.linalg.norm(prop.up) == pytest.approx(1)
            assert abs((prop.tip - prop.tail) @ prop.up) < 0.02


@every_action
def test_movement_has_no_jumps(name: str) -> None:
    fine = [posed_at(name, t).joints[0] for t in np.linspace(0, 0.999, 120)]
    steps = np.linalg.norm(np.diff(fine, axis=0), axis=-1)
    assert steps.max() < 0.2


def test_periodic_actions_end_where_they_begin() -> None:
    for name, action in LIBRARY.items():
        if action.periodic:
            np.testing.assert_allclose(
                posed_at(name, 0.0).joints, posed_at(name, 0.99999).joints, atol=5e-3
            )


def test_an_unknown_action_says_what_there_is() -> None:
    with pytest.raises(KeyError, match="squat"):
        pose(Scene("chess", "opening", 0.0, (Athlete(),), "gym", "day", Camera()))


def test_angles_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="elbow 170"):
        arm(90, 0, 90, elbow=170)
    with pytest.raises(ValueError, match="knee -20"):
        leg(0, knee=-20)


def test_contacts_in_the_air_are_refused() -> None:
    with pytest.raises(ValueError, match="air"):
        Key(0.0, air=0.1, left_foot="flat").contacts()


def test_a_mirrored_keyframe_exchanges_limbs_and_contacts() -> None:
    key = Key(0.0, left_leg=leg(30, knee=10), right_leg=leg(0, knee=5), left_foot="free")
    other = key.mirrored()
    assert other.angles()["right_hip_flexion"] == 30
    assert other.contacts() == {**dict.fromkeys(CONTACTS, 0.0), "left_flat": 1.0}


def test_interpolation_does_not_overshoot() -> None:
    times = np.array([0.0, 0.1, 0.5, 1.0])
    values = np.array([[0.0], [10.0], [10.0], [0.0]])
    assert monotone_slopes(times, values)[1:3].tolist() == [[0.0], [0.0]]
    assert len(LIBRARY["squat"].at(0.5)) == len(CHANNELS)
