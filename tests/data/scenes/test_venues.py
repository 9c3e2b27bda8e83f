import numpy as np
import pytest

from data.scenes.scene import VENUES
from data.scenes.venues import MARKS, ground_lines, place


@pytest.mark.parametrize("venue", VENUES)
def test_lines_are_polylines_on_the_ground_with_true_widths(venue):
    lines = ground_lines(venue, 5)
    assert len(lines) == len(MARKS[venue])
    for points, width in lines:
        assert points.dtype == np.float32
        assert points.shape[1] == 3
        assert len(points) >= 2
        assert (points[:, 1] == 0).all()
        assert 0.01 < width < 0.5


def test_a_variation_shifts_the_layout_and_always_the_same_way():
    assert place("track", 1) == place("track", 1)
    assert place("track", 1) != place("track", 2)
    one, two = ground_lines("pitch", 1)[0][0], ground_lines("pitch", 2)[0][0]
    shift = np.subtract(place("pitch", 2), place("pitch", 1))
    assert np.allclose((two - one)[:, [0, 2]], shift, atol=1e-5)


def test_the_free_throw_circle_and_the_three_point_line_are_where_fiba_has_them():
    lines = ground_lines("indoor_court", 0)
    x, z = place("indoor_court", 0)
    radii = [np.hypot(p[:, 0] - x, p[:, 2] - (z - 1.575)) for p, _ in lines]
    assert any(np.allclose(radius, 6.75, atol=1e-3) for radius in radii)
