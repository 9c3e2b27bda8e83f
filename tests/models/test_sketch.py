import torch

from data.scenes.attributes import said
from data.scenes.guide import GUIDE_CHANNELS
from data.scenes.guide_shapes import CHANNELS
from data.scenes.palette import CLOTH
from models.sketch import PAINTS, sketch, sketcher


def painted(limb: str, **stated: str) -> torch.Tensor:
    """The first painting's colour, from 0 to 1, where only ``limb`` is drawn."""
    guide = torch.zeros(1, GUIDE_CHANNELS, 4, 4)
    guide[:, CHANNELS.index(limb)] = 1
    vector = torch.from_numpy(said(stated))[None]
    picture = sketch(sketcher(), vector, guide)
    assert picture.shape == (1, PAINTS, 4, 4)
    return (picture[0, :3, 0, 0] + 1) / 2


def test_the_torso_is_painted_in_the_colour_of_the_top() -> None:
    assert torch.allclose(painted("torso", top_colour="red"), torch.tensor(CLOTH["red"]))


def test_either_leg_is_painted_in_the_colour_of_the_bottom() -> None:
    for leg in ("left_leg", "right_leg"):
        assert torch.allclose(painted(leg, bottom_colour="blue"), torch.tensor(CLOTH["blue"]))


def test_another_garments_colour_does_not_show_on_the_torso() -> None:
    one = painted("torso", top_colour="red", bottom_colour="blue")
    assert torch.equal(one, painted("torso", top_colour="red", bottom_colour="green"))


def test_what_is_not_said_stays_grey() -> None:
    assert torch.equal(painted("torso", bottom_colour="red"), torch.full((3,), 0.5))
