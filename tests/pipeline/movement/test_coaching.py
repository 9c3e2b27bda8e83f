"""Rules of what to train that a coach changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from data.movement import read
from data.movement.samples import FOLDER
from data.notes import note
from pipeline.errors import InputError
from pipeline.movement.analyse import Analysis, analyse
from pipeline.movement.coaching import FILE, keep_rule_changes, rule_changes
from pipeline.movement.emphasis import RULES, Change, emphases

if TYPE_CHECKING:
    from pipeline.movement.attend import Attended


@pytest.fixture(scope="module")
def squat() -> Analysis:
    return analyse(read("squat.csv", (FOLDER / "squat_valgus.csv").read_bytes()))


def test_a_limit_words_and_a_switch_change_what_is_suggested(squat: Analysis) -> None:
    (knees, *_) = emphases(squat, None)
    assert "knees come inside" in str(knees.finding)
    own = {"knees": Change(training="Band {walks}, 3 × 10", cue="Knees out!")}
    (changed, *_) = emphases(squat, None, own)
    assert (str(changed.training), str(changed.cue)) == ("Band {walks}, 3 × 10", "Knees out!")
    assert changed.source == knees.source
    found = [e.finding for e in emphases(squat, None, {"knees": Change(on=False)})]
    assert knees.finding not in found
    strict = {"trunk": Change(limits={"lean": 1.0})}
    assert len(emphases(squat, None, strict)) == len(emphases(squat, None)) + 1


@pytest.mark.parametrize(
    ("name", "lenient", "strict", "finding"),
    [
        ("valgus", {"separation": 1.0}, 3.0, "frontal plane"),
        ("model", {"separation": 1.0, "valgus": 90.0}, 20.0, "To the model"),
    ],
)
def test_a_rules_further_marks_are_the_coachs_too(
    squat: Analysis, name: str, lenient: dict[str, float], strict: float, finding: str
) -> None:
    turned = replace(
        squat,
        indicators=(
            *squat.indicators,
            replace(
                squat.indicators[0],
                title=note("{side} knee frontal plane projection angle", side="left"),
                value=9.0,
                missing=None,
            ),
        ),
    )
    look = SimpleNamespace(faults=np.array([0.3]))

    def findings(limits: dict[str, float], sure: float = 0.9) -> str:
        told = SimpleNamespace(faults=("knees_in",), look=look, action=("squat", sure))
        found = emphases(turned, cast("Attended", told), {"knees": Change(limits=limits)})
        return " ".join(str(emphasis.finding) for emphasis in found)

    assert finding not in findings(lenient)
    assert finding in findings(lenient | {name: strict})
    # A model that doesn't know the movement has no say.
    assert (finding in findings(lenient | {name: strict}, 0.3)) == (name != "model")


def test_changes_are_kept_and_only_what_differs(tmp_path: Path) -> None:
    own = {"knees": Change(limits={"separation": 85.0})}
    keep_rule_changes(own | {"depth": Change()}, tmp_path)
    assert rule_changes(tmp_path) == own
    keep_rule_changes({}, tmp_path)
    assert rule_changes(tmp_path) == {}


@pytest.mark.parametrize(
    "record",
    [
        *(b"{", b"[1]", b'{"nobody": {}}', b'{"knees": {"cue": 5}}'),
        *(b'{"knees": {"limits": {"valgus": -1}}}', b'{"knees": {"limits": {"other": 1}}}'),
        *(b'{"knees": {"limits": 3}}', b'{"knees": {"limits": {"valgus": "1"}}}'),
    ],
)
def test_a_damaged_file_changes_nothing(tmp_path: Path, record: bytes) -> None:
    (tmp_path / FILE).write_bytes(record)
    assert rule_changes(tmp_path) == {}


@pytest.mark.parametrize(
    "change",
    [
        *(Change(limits={"valgus": limit}) for limit in (0.0, float("nan"))),
        Change(cue="x" * 601),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: Change) -> None:
    with pytest.raises(InputError):
        keep_rule_changes({"knees": change}, tmp_path)
    assert not (tmp_path / FILE).exists()


def test_every_rule_has_a_source_and_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all("(" in rule.source for rule in RULES)
