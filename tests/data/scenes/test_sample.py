"""Random scenes are varied, plausible, and as asked."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from data.scenes.actions import LIBRARY, pose
from data.scenes.sample import LIGHTS_OF, TEAM, sample_scene
from data.scenes.scene import SKINS, VENUES, VOCABULARY, attributes


def test_every_value_of_a_scene_is_in_the_vocabulary() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        for name, value in attributes(sample_scene(rng)).items():
            assert value in VOCABULARY[name]


def test_the_moment_lies_in_the_phase() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        scene = sample_scene(rng)
        action = LIBRARY[scene.action]
        assert 0 <= scene.progress <= 1
        assert any(
            low - 1e-9 <= scene.progress + turn <= high + 1e-9
            for low, high in action.intervals(scene.phase)
            for turn in (-1, 0, 1)
        )


def test_phases_of_an_action_do_not_overlap() -> None:
    for action in LIBRARY.values():
        spans = sorted(span for phase in action.phases() for span in action.intervals(phase))
        assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(spans))


def test_what_is_pinned_holds() -> None:
    rng = np.random.default_rng(2)
    for name, values in VOCABULARY.items():
        for value in values:
            if name in ("action", "phase") and value.split("/")[0] not in LIBRARY:
                continue
            assert attributes(sample_scene(rng, **{name: value}))[name] == value


def test_scenes_are_balanced() -> None:
    rng = np.random.default_rng(3)
    scenes = [sample_scene(rng) for _ in range(1500)]
    actions = Counter(s.action for s in scenes)
    assert min(actions[name] for name in LIBRARY) > 0.5 * 1500 / len(LIBRARY)
    skins = Counter(s.athletes[0].skin for s in scenes)
    assert min(skins[skin] for skin in SKINS) > 220
    assert 0.75 < np.mean([len(s.athletes) == 1 for s in scenes]) < 0.92
    assert 0.75 < np.mean([s.style == "shaded" for s in scenes]) < 0.85
    azimuths = [s.camera.azimuth for s in scenes if s.camera.view == "side"]
    assert 0.4 < np.mean(np.array(azimuths) < 180) < 0.6


def test_lights_suit_the_venue() -> None:
    assert set(LIGHTS_OF) == set(VENUES)
    rng = np.random.default_rng(4)
    for _ in range(100):
        scene = sample_scene(rng)
        assert scene.light in LIGHTS_OF[scene.venue]


def test_the_same_seed_gives_the_same_scene_and_every_scene_can_be_posed() -> None:
    assert sample_scene(np.random.default_rng(7)) == sample_scene(np.random.default_rng(7))
    rng = np.random.default_rng(8)
    for _ in range(100):
        scene = sample_scene(rng)
        posed = pose(scene)
        assert posed.joints.shape == (len(scene.athletes), 27, 3)
        assert np.isfinite(posed.joints).all()


def test_unknown_attributes_and_values_are_refused() -> None:
    rng = np.random.default_rng(9)
    with pytest.raises(KeyError, match="colour"):
        sample_scene(rng, colour="red")
    with pytest.raises(ValueError, match="mauve"):
        sample_scene(rng, top_colour="mauve")
    with pytest.raises(ValueError, match="no phase"):
        sample_scene(rng, action="sprint", phase="squat/bottom")


def test_whose_shirt_or_hair_has_a_colour_wears_a_shirt_or_has_hair() -> None:
    rng = np.random.default_rng(0)
    stated = {"action": "sprint", "sex": "male", "top_colour": "red", "hair_colour": "blond"}
    asked = [sample_scene(rng, **stated).athletes[0] for _ in range(60)]
    assert all(a.top != "bare" and a.hair != "bald" for a in asked)
    free = [sample_scene(rng, action="sprint", sex="male").athletes[0] for _ in range(200)]
    assert {"bare", "bald"} <= {a.top for a in free} | {a.hair for a in free}


def test_a_group_is_a_team() -> None:
    rng = np.random.default_rng(4)
    skins = set()
    for _ in range(20):
        scene = sample_scene(rng, people="three", top_colour="red")
        first, *others = scene.athletes
        for other in others:
            assert all(getattr(other, name) == getattr(first, name) for name in TEAM)
        skins.add(len({athlete.skin for athlete in scene.athletes}))
    assert max(skins) > 1
