import numpy as np
import pytest
import torch

from data.scenes.actions import LIBRARY
from data.scenes.attributes import WIDTH, said
from data.scenes.pose_tokens import MOST_PROPS, TOKEN_WIDTH, TOKENS, posed_from
from data.scenes.posed import PROPS
from models.pose_prior import Config, PosePrior, equipment, imagine, prop_indices
from models.train.pose_prior import Pool, examples, loss_of


@pytest.fixture
def prior():
    torch.manual_seed(0)
    model = PosePrior(Config(width=32, layers=2, heads=2)).eval()
    for parameter in model.parameters():
        if not parameter.any():  # the zeros that the last layers start from
            torch.nn.init.normal_(parameter, 0, 0.1)
    return model


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def test_an_example_does_not_depend_on_the_others_in_its_batch(prior):
    tokens = torch.randn(3, TOKENS, TOKEN_WIDTH, generator=seeded(1))
    t = torch.tensor([0.1, 0.5, 0.9])
    vector = torch.rand(3, WIDTH, generator=seeded(2))
    props = torch.tensor([[0, 1, len(PROPS)]] * 3)
    together = prior(tokens, t, vector, props)
    for i in range(3):
        one = slice(i, i + 1)
        alone = prior(tokens[one], t[one], vector[one], props[one])
        torch.testing.assert_close(alone, together[one], atol=1e-5, rtol=0)


def test_a_seed_fixes_everything_that_is_made_up(prior):
    vector = said({"venue": "beach"})
    first, again = (imagine(prior, vector, seeded(5)) for _ in range(2))
    assert first.chosen == again.chosen
    assert np.array_equal(first.figure.joints, again.figure.joints, equal_nan=True)
    others = {imagine(prior, vector, seeded(i)).chosen["action"] for i in range(12)}
    assert len(others) > 1


def test_what_is_said_is_kept_and_the_rest_is_told(prior):
    made = imagine(prior, said({"action": "squat", "people": "three"}), seeded(0))
    assert made.scene.action == "squat"
    assert len(made.figure.joints) == 3
    assert made.chosen.keys() == {"phase", "venue", "framing", "handed"}
    assert made.chosen["phase"].startswith("squat/")


def test_a_phase_of_another_action_is_not_listened_to(prior):
    made = imagine(prior, said({"action": "squat", "phase": "sprint/drive"}), seeded(0))
    assert made.scene.action == "squat"


def test_a_phase_alone_tells_the_action(prior):
    assert imagine(prior, said({"phase": "sprint/drive"}), seeded(0)).scene.action == "sprint"


def test_a_venue_alone_calls_for_an_action_that_is_done_there(prior):
    for seed in range(5):
        made = imagine(prior, said({"venue": "pool"}), seeded(seed))
        assert made.scene.venue == "pool"
        assert "pool" in LIBRARY[made.scene.action].venues


def test_athletes_of_a_group_stand_apart(prior):
    posed = imagine(prior, said({"action": "squat", "people": "two"}), seeded(3)).posed
    first, second = posed.joints[..., 0]
    assert first.max() < second.min() or second.max() < first.min()


def test_equipment_is_that_of_the_action():
    assert equipment("tennis_serve") == ("tennis_racket", "tennis_ball")
    assert prop_indices(["barbell"]) == [PROPS.index("barbell")] + [len(PROPS)] * (MOST_PROPS - 1)


def test_examples_come_in_mirrored_pairs():
    tokens, _, vectors, props = examples(4, np.random.default_rng(0))
    kinds = [PROPS[i] for i in props[0] if i < len(PROPS)]
    (one, height, camera), (other, same_height, reflected) = (
        posed_from(tokens[i].numpy(), kinds) for i in (0, 1)
    )
    assert same_height == pytest.approx(height)
    assert (camera.azimuth + reflected.azimuth) % 360 == pytest.approx(0, abs=1e-3)
    assert one.joints[0, 9, 0] == pytest.approx(-other.joints[0, 10, 0], abs=1e-5)  # wrists
    assert (vectors[0] != vectors[1]).sum() == 2  # right-handed, left-handed


def test_a_pool_is_renewed_step_by_step():
    pool = Pool(8, seed=0)
    drawn = [pool.batch(16, 4, np.random.default_rng(i))[0] for i in range(2)]
    assert drawn[0].shape == (16, TOKENS, TOKEN_WIDTH)
    kept = sum(bool((example == drawn[0]).all((1, 2)).any()) for example in drawn[1])
    assert kept == 8


def test_a_tiny_prior_learns_a_handful_of_scenes():
    torch.manual_seed(0)
    batch = examples(4, np.random.default_rng(3))
    model = PosePrior(Config(width=64, layers=2, heads=2))
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    losses = []
    for step in range(120):
        loss = loss_of(
            model, tuple(part.repeat(4, *[1] * (part.ndim - 1)) for part in batch), seeded(step)
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert np.mean(losses[-10:]) < 0.3 * np.mean(losses[:5])
