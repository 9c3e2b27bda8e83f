"""Rules of what to train that a coach changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.movement import read
from data.movement.samples import FOLDER
from pipeline.errors import InputError
from pipeline.movement.analyse import Analysis, analyse
from pipeline.movement.coaching import FILE, keep_rule_changes, rule_changes
from pipeline.movement.emphasis import RULES, Change, emphases


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
    strict = {"trunk": Change(limit=1.0)}
    assert len(emphases(squat, None, strict)) == len(emphases(squat, None)) + 1


def test_changes_are_kept_and_only_what_differs(tmp_path: Path) -> None:
    keep_rule_changes({"knees": Change(limit=85.0), "depth": Change()}, tmp_path)
    assert rule_changes(tmp_path) == {"knees": Change(limit=85.0)}
    keep_rule_changes({}, tmp_path)
    assert rule_changes(tmp_path) == {}


@pytest.mark.parametrize(
    "record",
    [b"{", b"[1]", b'{"nobody": {}}', b'{"knees": {"limit": -1}}', b'{"knees": {"cue": 5}}'],
)
def test_a_damaged_file_changes_nothing(tmp_path: Path, record: bytes) -> None:
    (tmp_path / FILE).write_bytes(record)
    assert rule_changes(tmp_path) == {}


@pytest.mark.parametrize(
    "change", [Change(limit=0.0), Change(limit=float("nan")), Change(cue="x" * 601)]
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: Change) -> None:
    with pytest.raises(InputError):
        keep_rule_changes({"knees": change}, tmp_path)
    assert not (tmp_path / FILE).exists()


def test_every_rule_has_a_source_and_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all("(" in rule.source for rule in RULES)
