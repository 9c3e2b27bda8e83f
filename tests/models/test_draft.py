from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from data.scenes.attributes import WIDTH, said
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.palette import CLOTH, KINDS
from models.condition import unsaid
from models.draft import DRAFT_CHANNELS, Draft, draft, drafted, edges, light, one_hot, palette
from models.train.draft import CONFIGS

UNKNOWN = one_hot([None])
TINY = replace(CONFIGS[64], channels=(16, 16), blocks=(1, 1), attention=(False, False))


@pytest.fixture
def model() -> Draft:
    torch.manual_seed(0)
    made = Draft(TINY).eval()
    torch.nn.init.normal_(made.leave.weight, 0, 0.1)
    return made


def colour(kind: str, **stated: str) -> torch.Tensor:
    """The colour, from 0 to 1, in which an untrained palette paints ``kind``."""
    row = palette()(torch.from_numpy(said(stated))[None]).view(3, len(KINDS))
    return (row[:, KINDS.index(kind)] + 1) / 2


def test_a_garment_is_painted_in_the_asked_colour() -> None:
    assert torch.allclose(colour("top", top_colour="red"), torch.tensor(CLOTH["red"]))
    assert torch.allclose(colour("bottom", bottom_colour="blue"), torch.tensor(CLOTH["blue"]))


def test_another_garments_colour_does_not_show() -> None:
    one = colour("top", top_colour="red", bottom_colour="blue")
    assert torch.equal(one, colour("top", top_colour="red", bottom_colour="green"))


def test_what_is_not_said_is_grey() -> None:
    assert torch.equal(colour("top", bottom_colour="red"), torch.full((3,), 0.5))


def test_athletes_and_what_they_hold_are_dark_in_silhouettes() -> None:
    factors = light()(torch.from_numpy(said({"style": "silhouette"}))[None]).view(3, len(KINDS))
    assert (factors[:, KINDS.index("skin") :] < 0.2).all()
    assert (factors[:, : KINDS.index("skin")] == 1).all()
    assert (light()(torch.from_numpy(said({"style": "shaded"}))[None]) == 1).all()


def test_a_place_has_the_colour_of_the_kind_that_the_network_sees_there(model: Draft) -> None:
    """The head's bias alone makes all places shirt; nothing is shaded or added."""
    torch.nn.init.zeros_(model.leave.weight)
    with torch.no_grad():
        model.leave.bias[4 * KINDS.index("top") : 4 * KINDS.index("top") + 4] = 50
        guide = torch.rand(1, GUIDE_CHANNELS, 8, 8)
        kinds, colours = model(
            guide, torch.from_numpy(said({"top_colour": "green"}))[None], UNKNOWN
        )
    assert (kinds.argmax(1) == KINDS.index("top")).all()
    expected = (2 * torch.tensor(CLOTH["green"]) - 1).view(1, 3, 1, 1).expand_as(colours)
    assert torch.allclose(colours, expected, atol=1e-5)


def test_the_draft_follows_the_guide_and_is_empty_without_one(model: Draft) -> None:
    guide = torch.rand(2, GUIDE_CHANNELS, 8, 8)
    guide[1] = 0
    both = drafted(model, guide, unsaid(2), UNKNOWN.expand(2, -1))
    assert both.shape == (2, GUIDE_CHANNELS + DRAFT_CHANNELS, 8, 8)
    assert torch.equal(both[:, :GUIDE_CHANNELS], guide)
    shares = both[0, GUIDE_CHANNELS : GUIDE_CHANNELS + len(KINDS)].sum(0)
    assert torch.allclose(shares, torch.ones(8, 8), atol=1e-5)
    assert not both[1].any()


def test_what_is_said_changes_the_draft(model: Draft) -> None:
    guide = torch.rand(1, GUIDE_CHANNELS, 8, 8)
    vectors = torch.rand(2, WIDTH)
    torch.nn.init.normal_(model.down[0].blocks[0].second.weight, 0, 0.1)
    first, second = (drafted(model, guide, vector[None], UNKNOWN) for vector in vectors)
    assert not torch.equal(first, second)


def test_how_the_venue_is_painted_changes_the_draft(model: Draft) -> None:
    guide, decors = torch.rand(1, GUIDE_CHANNELS, 8, 8), one_hot([3, None, 3])
    vector = torch.from_numpy(said({"venue": "gym"}))[None]
    torch.nn.init.normal_(model.decor.weight)
    torch.nn.init.normal_(model.down[0].blocks[0].second.weight, 0, 0.1)
    first, unknown, again = (drafted(model, guide, vector, d[None]) for d in decors)
    assert not torch.equal(first, unknown)
    assert torch.equal(first, again)


def test_an_untrained_refinement_keeps_what_the_coarse_draft_says() -> None:
    """Kinds come through enlarged, and each place is painted as before."""
    finer = Draft(replace(TINY, unshuffle=4, guide_unshuffle=4, low_resolution=True)).eval()
    kind, vector = KINDS.index("top"), torch.from_numpy(said({"top_colour": "green"}))[None]
    coarse = torch.zeros(1, DRAFT_CHANNELS, 4, 4)
    coarse[:, kind] = 1
    with torch.no_grad():
        fine = draft(finer, torch.rand(1, GUIDE_CHANNELS, 16, 16), vector, UNKNOWN, coarse)
    assert fine.shape == (1, DRAFT_CHANNELS, 16, 16)
    assert (fine[:, kind] > 0.98).all()
    expected = (2 * torch.tensor(CLOTH["green"]) - 1).view(1, 3, 1, 1)
    assert (fine[:, -3:] - expected).abs().max() < 0.02


def horizon(place: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Black ground below this row, 16² under a white sky: picture and the kinds' shares."""
    rows = torch.arange(16.0).view(1, 1, 16, 1).expand(1, 1, 16, 16)
    ground = torch.sigmoid(1.5 * (rows - place))
    shares = torch.zeros(1, len(KINDS), 16, 16)
    shares[:, [KINDS.index("ground")]], shares[:, [KINDS.index("background")]] = ground, 1 - ground
    return (0.9 - 1.8 * ground).expand(1, 3, 16, 16), shares


def test_an_edge_between_kinds_lies_where_the_likeliest_changes_and_is_sharp():
    picture, shares = horizon(7.8)
    sharp = edges(picture, shares)
    assert (sharp[0, 0, :7, 8] > 0.8).all()
    assert (sharp[0, 0, 9:, 8] < -0.8).all()
    large = F.interpolate(sharp, scale_factor=4, mode="bicubic")
    column = edges(large, shares, sharp)[0, 0, :, 32]
    crossing = (7.8 + 0.5) * 4
    assert (column[: int(crossing) - 1] > 0.7).all()
    assert (column[int(crossing) + 2 :] < -0.7).all()
    assert column.diff().abs().max() > 1.5 * large[0, 0, :, 32].diff().abs().max()


def test_within_a_kind_a_picture_stays_as_it_is():
    shares = torch.zeros(1, len(KINDS), 16, 16)
    shares[:, 0] = 1
    small = torch.rand(1, 3, 16, 16)
    large = F.interpolate(small, scale_factor=4, mode="bicubic").clamp(-1, 1)
    torch.testing.assert_close(edges(small, shares), small, atol=0.02, rtol=0)
    torch.testing.assert_close(edges(large, shares, small), large, atol=1e-3, rtol=0)
