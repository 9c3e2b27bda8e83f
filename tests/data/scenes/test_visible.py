from dataclasses import replace

import numpy as np

from data.scenes.actions import pose
from data.scenes.camera import look
from data.scenes.palette import part_of
from data.scenes.scene import VOCABULARY, Athlete, Camera, Scene
from data.scenes.visible import COLOURED, PERSONAL, showable, visible

SCENE = Scene("tennis_serve", "trophy", 0.4, (Athlete(),), "tennis_court", "day", Camera())
CENTRE = np.full((27, 2), 0.5)


def shown(scene: Scene, *parts: str, joints: np.ndarray = CENTRE) -> set[str]:
    """What a picture shows in which these parts of the athlete are large."""
    mask = np.zeros((60, 60), np.uint8)
    for i, part in enumerate(parts):
        mask[10 * i : 10 * i + 10] = part_of(0, part)
    return visible(scene, look(scene, pose(scene)), mask, joints)


def test_what_covers_no_pixels_is_not_shown() -> None:
    found = shown(SCENE, "top", "skin")
    assert {"top", "top_colour", "skin"} <= found
    assert not {"bottom", "bottom_colour", "shoe_colour", "hair", "hair_colour"} & found


def test_the_whole_athlete_shows_everything() -> None:
    athlete = replace(SCENE.athletes[0], headwear="cap")
    scene = replace(SCENE, athletes=(athlete,))
    parts = ("skin", "hair", "top", "bottom", "shoes", "headwear")
    assert shown(scene, *parts) == set(VOCABULARY)


def test_another_athletes_clothes_are_not_meant() -> None:
    mask = np.full((60, 60), part_of(1, "top"), np.uint8)
    view = look(SCENE, pose(SCENE))
    assert "top_colour" not in visible(SCENE, view, mask, CENTRE)


def test_bare_feet_are_shown_where_skin_is_at_a_foot() -> None:
    scene = replace(SCENE, athletes=(replace(SCENE.athletes[0], shoe_colour="barefoot"),))
    assert "shoe_colour" in shown(scene, *["skin"] * 6)
    assert "shoe_colour" not in shown(scene, *["bottom"] * 6)
    assert "shoe_colour" not in shown(scene, *["skin"] * 6, joints=CENTRE + 1)


def test_a_lifted_camera_is_not_named() -> None:
    low = replace(SCENE, camera=Camera(height="low", elevation=-80.0))
    assert "camera_height" in shown(SCENE)
    assert "camera_height" not in shown(low)


def test_silhouettes_have_no_colours_and_pairs_no_described_athlete() -> None:
    every = {"action": "tennis_serve"}
    assert showable(every) == set(VOCABULARY)
    assert showable(every | {"style": "silhouette"}) == VOCABULARY.keys() - set(COLOURED)
    assert showable(every | {"people": "two"}) == VOCABULARY.keys() - set(PERSONAL)
    assert "handed" not in showable({"action": "squat"})
    assert "hair_colour" not in showable({"hair": "bald"})
    assert "shoe_colour" not in showable({"framing": "close"})
