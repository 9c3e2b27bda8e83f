"""Picture files → pixels, with what goes with them: transparency, colour profile, orientation.

Headers are checked before a pixel is decoded, so a small file that claims a huge picture costs
nothing.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from data.errors import FileError
from data.notes import Note, note

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # damage is told as an error

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP")
ENDINGS = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "gif", "bmp")

MOST_BYTES = 128 << 20
MOST_PIXELS = 50_000_000

ORIENTATION = 0x0112
"""EXIF tag that says how the camera was held."""

BITS_PER_SAMPLE = 258

EXIF_DETAILS, GPS = 0x8769, 0x8825
SIDES = (0xA002, 0xA003)
TRUE_STILL = (270, 271, 272, 305, 306, 315, 33432, EXIF_DETAILS, GPS)
"""Tags of description, make, model, software, time, artist, copyright, and the two sub-blocks."""


@dataclass(frozen=True)
class Header:
    """What a file says about its picture before it is decoded; sides in pixels, upright."""

    name: str
    format: str
    width: int
    height: int
    frames: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A still picture, upright.

    Attributes
    ----------
    pixels : uint8 or uint16 (height, width, 3), or (height, width, 1) for grey.
    alpha : opacity of the same type, (height, width); None when all of it is opaque.
    icc : the colour profile as it stood in the file.
    exif : the EXIF block with the orientation taken out, since the pixels are upright.
    notes : what was changed on the way in.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    notes: tuple[Note, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.pixels.shape[1], self.pixels.shape[0]


def look(name: str, data: bytes, most_pixels: int = MOST_PIXELS) -> Header:
    """The header alone. Raises :class:`FileError` for what is no picture or too large."""
    with _open(name, data, most_pixels) as image:
        width, height = image.size
        if _exif(image).get(ORIENTATION, 1) >= 5:
            width, height = height, width
        frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
        return Header(name, str(image.format), width, height, frames)


def read(name: str, data: bytes, most_pixels: int = MOST_PIXELS) -> Picture:
    """The whole picture. Raises :class:`FileError`, also for a file that was cut off."""
    header = look(name, data, most_pixels)
    notes = []
    if header.frames > 1:
        notes.append(
            note(
                "{name} has {frames} pictures; the first was taken.",
                name=name,
                frames=header.frames,
            )
        )
    try:
        with _open(name, data, most_pixels) as image:
            exif = _exif(image)
            turned = exif.get(ORIENTATION, 1)
            icc = image.info.get("icc_profile")
            if _deep(image):
                pixels, alpha = _read_deep(name, data)
                pixels = pixels[..., :1] if image.mode == "LA" else pixels
            else:
                pixels, alpha, converted = _read_plain(image)
                if converted:
                    icc = converted[0]
                    notes.append(
                        note(
                            "{name} was in print colours (CMYK) and was turned into sRGB.",
                            name=name,
                        )
                    )
            block = _kept(exif)
    except FileError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise _damaged(name) from error
    expected = b"GRAY" if pixels.shape[2] == 1 else b"RGB "
    if icc is not None and icc[16:20] != expected:
        icc = None
    pixels = _upright(pixels, turned)
    alpha = None if alpha is None or alpha.min() == _full(alpha) else _upright(alpha, turned)
    return Picture(pixels, alpha, icc, block, tuple(notes))


def _open(name: str, data: bytes, most_pixels: int) -> Image.Image:
    if not data:
        raise FileError("{name} is empty (0 bytes). Save the picture again.", name=name)
    if len(data) > MOST_BYTES:
        raise FileError(
            "{name} has {megabytes} MB; up to {limit} MB are taken.",
            name=name,
            megabytes=len(data) >> 20,
            limit=MOST_BYTES >> 20,
        )
    Image.init()  # all readers: by itself Pillow looks only to a few for formats that are named
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise FileError(
            "{name} claims far more pixels than the {limit} million that are taken, so it was not "
            "opened. Make it smaller first.",
            name=name,
            limit=most_pixels // 1_000_000,
        ) from error
    except UnidentifiedImageError as error:
        raise FileError(
            "{name} is no picture that can be read. Give PNG, JPEG, WebP, TIFF, GIF or BMP.",
            name=name,
        ) from error
    except Exception as error:  # Pillow raises whatever its parsers raise
        raise _damaged(name) from error
    width, height = image.size
    if width * height > most_pixels:
        raise FileError(
            "{name} has {width} × {height} pixels; up to {limit} million are taken. Make it "
            "smaller first.",
            name=name,
            width=width,
            height=height,
            limit=most_pixels // 1_000_000,
        )
    return image


def _exif(image: Image.Image) -> Image.Exif:
    """The EXIF block without decoding the pixels, which Pillow does to look behind a PNG's."""
    if image.format != "PNG":
        return image.getexif()
    exif = Image.Exif()
    exif.load(image.info.get("exif") or b"")
    return exif


def _kept(exif: Image.Exif) -> bytes | None:
    """What EXIF says of the picture that is still true once it is upright and larger."""
    for tag in [tag for tag in exif if tag not in TRUE_STILL]:
        del exif[tag]
    details = exif.get_ifd(EXIF_DETAILS)
    for tag in SIDES:
        details.pop(tag, None)
    return exif.tobytes().removeprefix(b"Exif\x00\x00") if len(exif) else None


def _damaged(name: str) -> FileError:
    return FileError("{name} is damaged or was cut off. Save or download it again.", name=name)


def _deep(image: Image.Image) -> bool:
    """Whether there are 16 bits a channel, which Pillow would round to 8 in colour pictures."""
    if image.format == "PNG":
        stored = str(getattr(image, "tile", [("",) * 4])[0][3])
        return image.mode.startswith("I") or stored.endswith(";16B")
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(BITS_PER_SAMPLE, (8,))
        return max(bits if isinstance(bits, tuple) else (bits,)) == 16
    return False


def _read_deep(name: str, data: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16:
        raise _damaged(name)
    if decoded.ndim == 2:
        return decoded[..., None], None
    if decoded.shape[2] == 4:
        return np.ascontiguousarray(decoded[..., 2::-1]), np.ascontiguousarray(decoded[..., 3])
    return np.ascontiguousarray(decoded[..., ::-1]), None


def _read_plain(
    image: Image.Image,
) -> tuple[np.ndarray, np.ndarray | None, tuple[bytes | None] | None]:
    """Pixels, alpha, and, where CMYK was converted, a tuple with the new profile."""
    converted: tuple[bytes | None] | None = None
    if image.mode == "CMYK":
        image, converted = _from_cmyk(image)
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode in ("PA", "La", "RGBa"):
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "LA", "RGB", "RGBA"):
        image = image.convert("RGB")
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        return pixels[..., None], None, converted
    if pixels.shape[2] in (2, 4):
        return pixels[..., :-1], pixels[..., -1], converted
    return pixels, None, converted


def _from_cmyk(image: Image.Image) -> tuple[Image.Image, tuple[bytes | None]]:
    """Through the picture's own profile where it has one, else by Pillow's plain formula."""
    profile = image.info.get("icc_profile")
    if profile is not None and profile[16:20] == b"CMYK":
        try:
            srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            source = io.BytesIO(profile)
            result = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
            if result is not None:
                return result, (srgb.tobytes(),)
        except ImageCms.PyCMSError:
            pass
    return image.convert("RGB"), (None,)


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turned and mirrored as EXIF orientation 1–8 says (Exif 2.32, §4.6.4 A)."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _full(pixels: np.ndarray) -> int:
    return int(np.iinfo(pixels.dtype).max)
