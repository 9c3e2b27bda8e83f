"""Props → solids and veils."""

from __future__ import annotations

from collections.abc import Callable

from data.scenes import apparatus, gear
from data.scenes.camera import View
from data.scenes.gear import Made
from data.scenes.palette import FIRST_PROP
from data.scenes.posed import BALL_RADIUS, Posed, Prop

_MAKERS: dict[str, Callable[[Prop, int], Made]] = {
    **dict.fromkeys(BALL_RADIUS, gear.play_ball),
    "tennis_racket": gear.tennis_racket,
    "badminton_racket": gear.badminton_racket,
    "table_tennis_bat": gear.table_tennis_bat,
    "baseball_bat": gear.baseball_bat,
    "golf_club": gear.golf_club,
    "javelin": gear.javelin,
    "barbell": apparatus.barbell,
    "hurdle": apparatus.hurdle,
    "high_jump_bar": apparatus.high_jump_bar,
    "pull_up_bar": apparatus.pull_up_bar,
    "bicycle": apparatus.bicycle,
    "starting_block": apparatus.starting_block,
    "starting_blocks": apparatus.starting_blocks,
    "table": apparatus.table,
    "mat": apparatus.mat,
}
_FITTED: dict[str, Callable[[Prop, int, Posed], Made]] = {
    "boxing_gloves": gear.boxing_gloves,
    "rowing_machine": apparatus.rowing_machine,
}
"""Those whose shape follows the athletes' joints."""


def equipment(posed: Posed, view: View) -> Made:
    """The solids and veils of all props of a scene.

    A landing mat that would hide the athletes from the camera is left out.
    """
    made: Made = [], []
    for number, prop in enumerate(posed.props):
        part = FIRST_PROP + number
        if prop.kind == "mat" and prop.tail[1] > 0.1 and prop.tail[2] * view.eye[2] > 0.2:
            continue
        if prop.kind in _FITTED:
            solids, veils = _FITTED[prop.kind](prop, part, posed)
        else:
            solids, veils = _MAKERS[prop.kind](prop, part)
        made[0].extend(solids)
        made[1].extend(veils)
    return made
