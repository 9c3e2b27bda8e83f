"""A ride second by second, read anew from the files that the log came from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.plans.options import Options
from data.plans.read import read_files
from pipeline.plans.performance import Critical
from pipeline.plans.ride import power_of, w_balance_table
from tests.data.plans import files


def test_the_power_of_a_session_is_found_in_its_file_inside_a_zip() -> None:
    packed = files.zipped(("ride.fit", files.fit_activity(seconds=40)), ("b.tcx", files.tcx(5)))
    held = [("week.zip", packed)]
    ride = next(s for s in read_files(held).sessions if s.power_s)
    power = power_of(ride, held, Options())
    assert power is not None
    assert len(power) >= 40
    assert power.mean() == pytest.approx(ride.power_w, rel=0.05)
    assert power_of(replace(ride, source="gone.fit"), held, Options()) is None
    assert power_of(ride, [("ride.fit", b"damaged")], Options()) is None


def test_what_is_left_falls_above_critical_power_and_no_low_is_lost() -> None:
    power = np.concatenate([np.full(600, 150.0), np.full(120, 400.0), np.full(3000, 150.0)])
    table = w_balance_table(power, Critical(250.0, 20_000.0, 1.0, ()), rows=100)
    assert len(table) <= 110
    assert table["left_kj"].iloc[0] == pytest.approx(20.0)
    assert table["left_kj"].min() == pytest.approx(20.0 - 120 * 150 / 1000)
    assert 11.5 <= table["minutes"].iloc[int(table["left_kj"].argmin())] <= 12.0
    assert table["left_kj"].iloc[-1] > 18
