"""What a picture shows, as values.

A caption is a rendering of a :class:`Scene` in words (``captions``), a picture a rendering of it
in pixels (``render``). The vocabularies below are the closed world that the embedded models know;
each order is fixed, because trained attribute heads index into it: append, never reorder.
"""

from __future__ import annotations

from dataclasses import dataclass

ACTIONS = (
    "basketball_shot",
    "basketball_dribble",
    "sprint",
    "distance_run",
    "hurdles",
    "long_jump",
    "high_jump",
    "javelin_throw",
    "shot_put",
    "squat",
    "deadlift",
    "lunge",
    "push_up",
    "pull_up",
    "tennis_serve",
    "tennis_forehand",
    "badminton_smash",
    "table_tennis",
    "football_kick",
    "volleyball_spike",
    "golf_swing",
    "baseball_swing",
    "boxing_punch",
    "cycling",
    "rowing",
    "swim_start",
    "freestyle_swim",
    "handstand",
    "cartwheel",
    "yoga_warrior",
    "yoga_tree",
    "stretching",
    "rest",
)

PHASES: dict[str, tuple[str, ...]] = {
    "basketball_shot": ("dip", "set_point", "release", "follow_through"),
    "basketball_dribble": ("push", "ball_low", "ball_rise"),
    "sprint": ("drive", "flight", "foot_strike"),
    "distance_run": ("foot_strike", "mid_stance", "toe_off"),
    "hurdles": ("take_off", "clearance", "landing"),
    "long_jump": ("take_off", "flight", "landing"),
    "high_jump": ("take_off", "bar_clearance", "landing"),
    "javelin_throw": ("withdrawal", "power_position", "release"),
    "shot_put": ("start", "power_position", "release"),
    "squat": ("standing", "descent", "bottom"),
    "deadlift": ("floor", "knee_height", "lockout"),
    "lunge": ("standing", "step", "bottom"),
    "push_up": ("top", "halfway", "bottom"),
    "pull_up": ("hang", "halfway", "chin_over_bar"),
    "tennis_serve": ("toss", "trophy", "contact", "follow_through"),
    "tennis_forehand": ("backswing", "contact", "follow_through"),
    "badminton_smash": ("preparation", "contact", "follow_through"),
    "table_tennis": ("ready", "backswing", "contact"),
    "football_kick": ("backswing", "contact", "follow_through"),
    "volleyball_spike": ("approach", "arm_cock", "contact"),
    "golf_swing": ("address", "top_of_swing", "impact", "finish"),
    "baseball_swing": ("stance", "stride", "contact", "follow_through"),
    "boxing_punch": ("guard", "jab", "cross"),
    "cycling": ("top_of_stroke", "downstroke", "bottom_of_stroke"),
    "rowing": ("catch", "drive", "finish"),
    "swim_start": ("on_the_block", "push_off", "flight"),
    "freestyle_swim": ("entry", "pull", "recovery"),
    "handstand": ("kick_up", "balance", "step_down"),
    "cartwheel": ("hands_down", "inverted", "landing"),
    "yoga_warrior": ("step_in", "sinking", "hold"),
    "yoga_tree": ("foot_up", "hands_together", "hold"),
    "stretching": ("forward_fold", "side_bend", "quad_stretch"),
    "rest": ("standing", "sitting", "hands_on_knees"),
}
"""Action → its named phases, in the order in which they happen."""

VENUES = (
    "indoor_court",
    "outdoor_court",
    "track",
    "pitch",
    "gym",
    "tennis_court",
    "ring",
    "pool",
    "park",
    "beach",
    "road",
    "studio",
)

LIGHTS = ("day", "sunset", "night", "indoor")
STYLES = ("shaded", "line_art", "silhouette")
VIEWS = ("front", "three_quarter", "side", "back")
CAMERA_HEIGHTS = ("low", "eye", "high")
FRAMINGS = ("full", "close")

SEXES = ("female", "male")
AGES = ("child", "adult", "senior")
BUILDS = ("slim", "average", "muscular", "heavy")
SKINS = ("very_light", "light", "tan", "brown", "dark")
HAIR_STYLES = ("bald", "short", "curly", "long", "ponytail", "bun")
HAIR_COLOURS = ("black", "brown", "blond", "red", "grey")
HEADWEAR = ("none", "cap", "headband", "swim_cap", "helmet")
TOPS = ("t_shirt", "tank_top", "long_sleeve", "bare")
BOTTOMS = ("shorts", "tights", "skirt")
COLOURS = (
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "black",
    "white",
    "grey",
)
SHOE_COLOURS = (*COLOURS, "barefoot")
HANDS = ("right", "left")

VOCABULARY: dict[str, tuple[str, ...]] = {
    "action": ACTIONS,
    "phase": tuple(f"{action}/{phase}" for action in ACTIONS for phase in PHASES[action]),
    "venue": VENUES,
    "light": LIGHTS,
    "style": STYLES,
    "view": VIEWS,
    "camera_height": CAMERA_HEIGHTS,
    "framing": FRAMINGS,
    "people": ("one", "two", "three"),
    "sex": SEXES,
    "age": AGES,
    "build": BUILDS,
    "skin": SKINS,
    "hair": HAIR_STYLES,
    "hair_colour": HAIR_COLOURS,
    "headwear": HEADWEAR,
    "top": TOPS,
    "top_colour": COLOURS,
    "bottom": BOTTOMS,
    "bottom_colour": COLOURS,
    "shoe_colour": SHOE_COLOURS,
    "handed": HANDS,
}
"""Attribute → its values."""


@dataclass(frozen=True)
class Athlete:
    """One person; every field but ``height`` is a value of :data:`VOCABULARY`. Height in metres."""

    sex: str = "male"
    age: str = "adult"
    build: str = "average"
    height: float = 1.75
    skin: str = "tan"
    hair: str = "short"
    hair_colour: str = "black"
    headwear: str = "none"
    top: str = "t_shirt"
    top_colour: str = "red"
    bottom: str = "shorts"
    bottom_colour: str = "blue"
    shoe_colour: str = "white"
    handed: str = "right"


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from.

    ``azimuth`` is measured in degrees around the athlete, 0 = facing the athlete's front,
    90 = seen from the athlete's left side, 180 = from behind; ``elevation`` in degrees, positive =
    camera above the athlete's middle; ``fov`` is the vertical (= horizontal) field of view in
    degrees; ``fill`` the share of the frame that the athletes' bounding box takes (longer side).
    ``view``, ``height`` and ``framing`` name the same in the words of a caption.
    """

    view: str = "three_quarter"
    height: str = "eye"
    framing: str = "full"
    azimuth: float = 40.0
    elevation: float = 5.0
    fov: float = 35.0
    fill: float = 0.75


@dataclass(frozen=True)
class Scene:
    """Everything that a picture shows.

    ``progress`` in [0, 1] is the moment within the action (periodic actions wrap); ``phase`` is
    the named phase that it falls into. ``variation`` seeds the small differences between two
    executions of the same technique (joint angles, spacing, the venue's lines under the athlete).
    ``athletes`` holds one to three people; the first is the one that captions describe.
    """

    action: str
    phase: str
    progress: float
    athletes: tuple[Athlete, ...]
    venue: str
    light: str
    camera: Camera
    style: str = "shaded"
    variation: int = 0


DECORS = 12
"""Ways in which venues are painted: walls and floors take one colour by ``variation`` from lists of
up to four, so that with this many ways any list comes out even."""


def attributes(scene: Scene) -> dict[str, str]:
    """The scene as attribute → value, for every attribute of :data:`VOCABULARY`."""
    athlete = scene.athletes[0]
    found = {name: getattr(athlete, name) for name in VOCABULARY if hasattr(athlete, name)}
    return found | {
        "action": scene.action,
        "phase": f"{scene.action}/{scene.phase}",
        "venue": scene.venue,
        "light": scene.light,
        "style": scene.style,
        "view": scene.camera.view,
        "camera_height": scene.camera.height,
        "framing": scene.camera.framing,
        "people": ("one", "two", "three")[len(scene.athletes) - 1],
    }
