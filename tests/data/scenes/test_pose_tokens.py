import numpy as np
import pytest

from data.scenes.actions import LIBRARY, pose
from data.scenes.pose_tokens import MOST_PROPS, TOKEN_WIDTH, TOKENS, known, posed_from, tokens_of
from data.scenes.sample import sample_scene


def sampled(action, seed=0):
    scene = sample_scene(np.random.default_rng(seed), action=action, people="one")
    return scene, pose(scene)


@pytest.mark.parametrize("action", LIBRARY)
def test_tokens_give_the_scene_back(action):
    scene, posed = sampled(action)
    height = scene.athletes[0].height
    tokens = tokens_of(posed, height, scene.camera)
    again, tall, camera = posed_from(tokens, [prop.kind for prop in posed.props])
    assert tall == pytest.approx(height, rel=1e-4)
    np.testing.assert_allclose(again.joints, posed.joints, atol=1e-4)
    for prop, same in zip(posed.props, again.props, strict=True):
        assert same.kind == prop.kind
        for end in ("tail", "tip", "up"):
            np.testing.assert_allclose(getattr(same, end), getattr(prop, end), atol=1e-4)
    assert (camera.azimuth - scene.camera.azimuth) % 360 == pytest.approx(0, abs=1e-3) or (
        scene.camera.azimuth - camera.azimuth
    ) % 360 == pytest.approx(0, abs=1e-3)
    assert camera.fill == pytest.approx(scene.camera.fill, abs=1e-4)


def test_unknown_entries_are_zero_and_known_ones_are_counted():
    scene, posed = sampled("tennis_serve")
    tokens = tokens_of(posed, scene.athletes[0].height, scene.camera)
    mask = known(len(posed.props))
    assert tokens.shape == mask.shape == (TOKENS, TOKEN_WIDTH)
    assert not tokens[~mask].any()
    assert mask.sum() == 27 * 3 + 9 * len(posed.props) + 6


def test_tokens_vary_by_about_one():
    rng = np.random.default_rng(1)
    scenes = [sample_scene(rng, people="one") for _ in range(300)]
    tokens = np.stack([tokens_of(pose(s), s.athletes[0].height, s.camera) for s in scenes])
    assert 0.5 < tokens[:, known(0)].std() < 1.5


def test_no_action_has_more_equipment_than_fits():
    assert all(len(sampled(action)[1].props) <= MOST_PROPS for action in LIBRARY)
