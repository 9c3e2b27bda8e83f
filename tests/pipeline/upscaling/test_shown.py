from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.upscaling.shown import PIECE, Cutter, levels


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pieces_join_to_the_picture(tmp_path: Path, channels: int) -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (700, 1100, channels), np.uint8)
    cutter = Cutter(tmp_path / "pieces", 1100, 700)
    for begin in range(0, 700, 130):
        cutter.write(picture[begin : begin + 130])
    shown = cutter.finish()
    assert (shown.width, shown.height, shown.levels) == (1100, 700, 2)
    joined = np.concatenate(
        [
            np.concatenate([opened(shown.folder / f"0_{x}_{y}.png") for x in range(3)], axis=1)
            for y in range(2)
        ]
    )
    wanted = picture[..., {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]]
    assert (joined == wanted).all()
    assert opened(shown.folder / "1_1_0.png").shape[:2] == (350, 550 - PIECE)


def test_levels_halve_until_one_piece_is_enough() -> None:
    assert [levels(side, 10) for side in (1, 512, 1023, 1024, 4096)] == [1, 1, 1, 2, 4]


def test_sixteen_bits_are_shown_with_eight(tmp_path: Path) -> None:
    cutter = Cutter(tmp_path, 4, 4)
    cutter.write(np.full((4, 4, 1), 0x1234, np.uint16))
    assert (opened(cutter.finish().folder / "0_0_0.png") == 0x12).all()


def opened(path: Path) -> np.ndarray:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return read[..., None] if read.ndim == 2 else read
