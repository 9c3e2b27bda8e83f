"""The pose guide's channels, and the outlines of equipment in them."""

from __future__ import annotations

import numpy as np

from data.scenes.figure import FigureProp
from data.scenes.palette import PARTS
from data.scenes.posed import BALL_RADIUS, BICYCLE

STICKS = (
    "head",
    "face",
    "torso",
    "left_arm",
    "right_arm",
    "left_leg",
    "right_leg",
    "ball",
    "equipment",
    "lines",
    "sky",
    "outlines",
    "nearness",
    "along",
    "relief",
)
"""What each channel shows that is drawn from a figure in the plane. The last three tell of the
foremost limb or prop at each place how near it is, where along it the place lies, and how far its
round surface bulges there."""

SHAPE = (
    *("rightward", "upward", "facing"),
    *(*PARTS, "gear", "standing"),
    *("described", "tint", "mesh", "grain", "tone"),
)
"""What is drawn of the surface of a figure in space, from 0 to 1: the normal in camera coordinates
(of the first two ½ is neither way); the share of the pixel that each part of the athletes, what
they have with them, and what stands in the venue covers, and that of the athlete whom words
describe; how light the paint of eyes, brows, lips and things is; what nets, strings and spokes
cover; how much lighter folds, strands and blotches are than their cloth, hair or skin (½ is as
light); and how light the place is where nothing of all this stands before it."""

LIT = ("lit", "open")
"""How much of the light of lamp or sun, and of that of the sky, reaches surface or ground."""

CHANNELS = STICKS + SHAPE + LIT
"""What each channel of a pose guide shows."""

# Where a racket's head begins, as a share of its length from the grip's end.
_THROATS = {"tennis_racket": 0.50, "badminton_racket": 0.63, "table_tennis_bat": 0.40}
_BALLS = {*BALL_RADIUS, "boxing_gloves"}
_BAR_LENGTH = 2.2 / 0.225
"""A barbell's length in radii of its largest plate."""
STRIPS = 10
"""Into how many strips a mat or a block is cut."""
FOCAL = 1.6
"""The camera's focal length, in sides of the picture, where only depths tell of perspective."""
_CORNERS = np.linspace(0, 2 * np.pi, 13)
_ROUND = np.stack([np.cos(_CORNERS), np.sin(_CORNERS)], -1)


def prop_capsules(prop: FigureProp) -> tuple[np.ndarray, np.ndarray]:
    """A prop as capsules, float32 (N, 2 ends, 5: x, y, radius, depth, along), and channels (N,).

    ``along`` runs from 0 at the tail to 1 at the tip."""
    tail, tip, side = prop.tail, prop.tip, prop.side
    width = float(np.hypot(*side))
    if prop.kind in _BALLS:
        places = [tail, tip] if prop.kind == "boxing_gloves" else [tip]
        capsules = [_path([place, place], width) for place in places]
        channel = "ball"
    else:
        capsules = _equipment(prop)
        channel = "equipment"
    drawn = np.concatenate(capsules)
    shaft = tip - tail
    along = ((drawn[..., :2] - tail) @ shaft / max(float(shaft @ shaft), 1e-9)).clip(0, 1)
    depth = prop.depth[0] + along * (prop.depth[1] - prop.depth[0])
    drawn = np.concatenate([drawn, depth[..., None], along[..., None]], -1, dtype=np.float32)
    return drawn, np.full(len(drawn), CHANNELS.index(channel))


def _equipment(prop: FigureProp) -> list[np.ndarray]:
    kind, tail, tip, side = prop.kind, prop.tail, prop.tip, prop.side
    width = float(np.hypot(*side))
    shaft = tip - tail
    length = float(np.hypot(*shaft))
    if kind in _THROATS:
        throat = tail + _THROATS[kind] * shaft
        rim = _ellipse((throat + tip) / 2, (tip - throat) / 2, side)
        return [_path([tail, throat], 0.1 * width), _path(rim, 0.08 * width)]
    if kind == "golf_club":
        return [_path([tail, tip], 0.15 * width), _path([tip, tip + side], 0.4 * width)]
    if kind == "baseball_bat":
        return [
            _path([tail, tail + 0.5 * shaft], 0.5 * width),
            _path([tail + 0.5 * shaft, tip], width),
        ]
    if kind in ("javelin", "pull_up_bar"):
        return [_path([tail, tip], width)]
    if kind == "barbell":
        # A circle across the bar is an ellipse whose minor axis lies along the bar's image, as
        # short as the bar is unforeshortened.
        across = np.array([-shaft[1], shaft[0]]) / max(length, 1e-6) * width
        depth = np.sqrt(max(0.0, 1 - (length / max(_BAR_LENGTH * width, 1e-6)) ** 2))
        along = np.array([across[1], -across[0]]) * depth
        plates = [_disc(tail + at * shaft, across, along) for at in (0.12, 0.88)]
        return [_path([tail, tip], 0.1 * width), *plates]
    if kind in ("hurdle", "high_jump_bar"):
        above = 0.25 * side if kind == "high_jump_bar" else 0 * side
        posts = [[end - above, end + side] for end in (tail, tip)]
        return [_path(line, 0.018 * width) for line in ([tail, tip], *posts)]
    if kind == "bicycle":
        return _bicycle(tail, tip, side)
    if kind == "rowing_machine":
        rail = [tail - 0.4 * shaft, tail, tip]
        return [_path(rail, 0.1 * width), _disc(tip, side, 0.25 * shaft)]
    if kind == "table":  # too large and near for the parallelogram that is known of it
        outline = [tail - side, tip - side, tip + side, tail + side, tail - side]
        return [_path(outline, 0.03 * min(width, length))]
    # A board: strips side by side, each as wide as the way to the next, narrower far away.
    nearer = (FOCAL + prop.depth[1]) / max(FOCAL + prop.depth[0], 0.1)
    shrunk = 1.0 if np.isnan(nearer) else float(nearer)
    across = np.linspace(-1 + 1 / STRIPS, 1 - 1 / STRIPS, STRIPS)[:, None] * side
    ends = np.stack([tail + shrunk * across, tip + across], 1)
    apart = abs(shaft[0] * side[1] - shaft[1] * side[0]) / max(length, 1e-6) / STRIPS
    radii = np.broadcast_to(np.array([[shrunk * apart], [apart]]), (STRIPS, 2, 1))
    # Round ends would reach beyond the edge.
    way = ends[:, 1] - ends[:, 0]
    inset = np.minimum(0.5, radii / (np.hypot(*way.T)[:, None, None] + 1e-6)) * way[:, None]
    ends = ends + inset * np.array([[1.0], [-1.0]])
    return [np.concatenate([ends, radii], -1, dtype=np.float32)]


def _bicycle(rear: np.ndarray, front: np.ndarray, up: np.ndarray) -> list[np.ndarray]:
    """Two wheels of radius ``up`` and a frame between saddle, handlebar and crank."""
    radius = BICYCLE["wheel"][0]

    def place(ahead: float, above: float) -> np.ndarray:
        return rear + ahead * (front - rear) + above / radius * up

    crank, saddle, bar = (place(*BICYCLE[name]) for name in ("crank", "saddle", "handlebar"))
    head = place(0.87, 0.5)
    thickness = 0.06 * float(np.hypot(*up))
    frame = [rear, saddle, head, crank, rear, crank, saddle]
    wheels = [_ellipse(hub, radius * (front - rear), up) for hub in (rear, front)]
    outlines: list[np.ndarray | list[np.ndarray]] = [*wheels, frame, [front, head, bar]]
    return [_path(line, thickness) for line in outlines]


def _ellipse(centre: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A closed outline (13, 2) with the half axes a and b."""
    return centre + _ROUND @ np.stack([a, b])


def _disc(centre: np.ndarray, long: np.ndarray, short: np.ndarray) -> np.ndarray:
    """One capsule that fills about the ellipse with these half axes."""
    radius = max(float(np.hypot(*short)), 0.1 * float(np.hypot(*long)))
    reach = max(0.0, 1 - radius / max(float(np.hypot(*long)), 1e-6)) * long
    return _path([centre - reach, centre + reach], radius)


def _path(points: np.ndarray | list[np.ndarray], radius: float) -> np.ndarray:
    """Capsules along a line of points."""
    line = np.asarray(points, np.float32)
    ends = np.stack([line[:-1], line[1:]], 1)
    return np.concatenate([ends, np.full((*ends.shape[:2], 1), radius, np.float32)], -1)
