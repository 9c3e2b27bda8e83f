"""Every kind of picture file that people have, and those that are none."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from data.errors import FileError
from data.imaging import PngWriter, look, read

HEIGHT, WIDTH = 40, 60


@pytest.fixture
def colours() -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([4 * x, 6 * y, 2 * (x + y)], axis=-1).astype(np.uint8)


def coded(image: Image.Image, kind: str, **settings: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **settings)
    return file.getvalue()


def bomb(side: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_exact_formats_give_the_pixels(colours: np.ndarray, kind: str) -> None:
    picture = read("a", coded(Image.fromarray(colours), kind))
    assert (picture.pixels == colours).all()
    assert picture.alpha is None


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats_come_near(colours: np.ndarray, kind: str) -> None:
    picture = read("a", coded(Image.fromarray(colours), kind, quality=95))
    assert abs(picture.pixels.astype(int) - colours).mean() < 5


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_may_have_been_held_in_any_way(colours: np.ndarray, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[315] = orientation, "A coach"
    file = coded(Image.fromarray(colours), "PNG", exif=exif.tobytes())
    shown = Image.open(io.BytesIO(file))
    from PIL import ImageOps

    picture = read("a", file)
    assert (picture.pixels == np.asarray(ImageOps.exif_transpose(shown))).all()
    assert look("a", file).width == picture.size[0]
    assert picture.exif is not None
    assert b"A coach" in picture.exif


def test_a_colour_profile_is_kept(colours: np.ndarray) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert read("a", coded(Image.fromarray(colours), "PNG", icc_profile=profile)).icc == profile


def test_print_colours_become_srgb_and_it_is_said(colours: np.ndarray) -> None:
    picture = read("a.jpg", coded(Image.fromarray(colours).convert("CMYK"), "JPEG", quality=95))
    assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
    assert "CMYK" in str(picture.notes[0])


def test_transparency_is_kept(colours: np.ndarray) -> None:
    image = Image.fromarray(colours)
    image.putalpha(Image.fromarray(colours[..., 0]))
    picture = read("a", coded(image, "PNG"))
    assert picture.alpha is not None
    assert (picture.alpha == colours[..., 0]).all()
    image.putalpha(255)
    assert read("a", coded(image, "PNG")).alpha is None


@pytest.mark.parametrize("ending", [".png", ".tiff"])
def test_sixteen_bits_are_kept(colours: np.ndarray, ending: str) -> None:
    deep = colours.astype(np.uint16) * 257 - (colours > 0)
    file = cv2.imencode(ending, deep[..., ::-1])[1].tobytes()
    assert (read("a", file).pixels == deep).all()


def test_grey_and_indexed(colours: np.ndarray) -> None:
    grey = read("a", coded(Image.fromarray(colours[..., 0]), "PNG"))
    assert (grey.pixels[..., 0] == colours[..., 0]).all()
    assert read("a", coded(Image.fromarray(colours).convert("P"), "GIF")).pixels.shape[2] == 3


def test_of_a_moving_picture_the_first_is_taken_and_it_is_said(colours: np.ndarray) -> None:
    frames = [Image.fromarray(np.full_like(colours, c)) for c in (40, 200)]
    for kind in ("GIF", "WEBP"):
        file = coded(frames[0], kind, save_all=True, append_images=frames[1:])
        picture = read("a", file)
        assert "2 pictures" in str(picture.notes[0])
        assert abs(int(picture.pixels.mean()) - 40) < 3


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html></html>", "no picture"),
        (b"\x89PNG\r\n\x1a\n", "cut off|no picture"),
        (bomb(30_000), "million"),
        (bomb(8_000), "8000 × 8000"),
    ],
)
def test_what_is_no_picture_is_refused_from_the_header(data: bytes, says: str) -> None:
    with pytest.raises(FileError, match=says):
        look("a.png", data)


def test_a_file_that_was_cut_off_is_refused(colours: np.ndarray) -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)
        file = coded(Image.fromarray(noise), kind)
        with pytest.raises(FileError, match=r"cut off|no picture"):
            read("a", file[: len(file) // 2])


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_written_in_bands_is_read_back(channels: int, dtype: type) -> None:
    most = np.iinfo(dtype).max
    rows = np.random.default_rng(0).integers(0, most, (50, 31, channels)).astype(dtype)
    exif = Image.Exif()
    exif[315] = "A coach"
    file = io.BytesIO()
    block = exif.tobytes().removeprefix(b"Exif\x00\x00")
    with PngWriter(file, (31, 50), channels, dtype, exif=block) as png:
        png.write(rows[:20])
        png.write(rows[20:])
    picture = read("a", file.getvalue())
    colours = channels if channels % 2 else channels - 1
    assert (picture.pixels == rows[..., :colours]).all()
    assert picture.pixels.dtype == dtype
    assert (picture.alpha is None) == bool(channels % 2)
    assert picture.exif is not None
