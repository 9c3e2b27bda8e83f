import numpy as np
import torch

from data.scenes.attributes import BLOCKS, read, said
from models.condition import ATTRIBUTES, Condition, drop, unsaid


def vectors(count):
    stated = {"action": "squat", "phase": "squat/bottom", "venue": "gym", "top_colour": "red"}
    return torch.from_numpy(said(stated)).repeat(count, 1)


def test_unsaid_states_nothing():
    assert read(unsaid(1)[0].numpy()) == {}


def test_what_is_dropped_becomes_not_said_and_the_rest_stays():
    vector = vectors(500)
    dropped = drop(vector, torch.Generator().manual_seed(0))
    for before, after in zip(vector.numpy(), dropped.numpy(), strict=True):
        assert read(after).items() <= read(before).items()
        assert all(after[block].sum() == 1 for block in BLOCKS.values())


def test_how_often_is_dropped():
    dropped = drop(vectors(5000), torch.Generator().manual_seed(0)).numpy()
    stated = [read(v) for v in dropped]
    empty = np.mean([not s for s in stated])
    full = np.mean([len(s) == 4 for s in stated])
    action, colour = (np.mean([name in s for s in stated]) for name in ("action", "top_colour"))
    assert 0.09 < empty < 0.15  # 0.1 by intent, and some by chance
    assert 0.65 < full < 0.8
    assert colour < 0.83 < action


def test_a_token_depends_on_its_own_attribute_alone():
    condition = Condition(8, 16)
    a, b = vectors(1), vectors(1)
    block = BLOCKS["top_colour"]
    b[:, block] = b[:, block].roll(1, dims=1)
    zero = torch.zeros(1)
    changed = (condition(a, zero, zero)[0] != condition(b, zero, zero)[0]).any(2)[0]
    assert [ATTRIBUTES[i] for i in changed.nonzero()[:, 0]] == ["top_colour"]


def test_the_pooled_vector_knows_words_time_and_noise_level():
    condition = Condition(8, 16)
    zero, half = torch.zeros(1), torch.full((1,), 0.5)
    plain = condition(vectors(1), zero, zero)[1]
    for other in ((unsaid(1), zero, zero), (vectors(1), half, zero), (vectors(1), zero, half)):
        assert not torch.allclose(condition(*other)[1], plain)
