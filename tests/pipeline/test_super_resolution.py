"""From files to enlarged files, with tiny networks."""

from __future__ import annotations

import importlib
import io
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from safetensors.torch import save_file
from torch import nn

from data.imaging import read
from models.checkpoint import WEIGHTS
from pipeline.errors import FileError, InputError, StudioError, WeightsError
from pipeline.runtime import Runtime
from pipeline.super_resolution import Opened, Source, Upscaled, Upscaling, available, upscale
from pipeline.upscaling import yours
from pipeline.upscaling.methods import methods
from pipeline.upscaling.tiles import enlarge
from tests.onnx_by_hand import field

ROOT = Path(__file__).parents[2]
SIDE = 24


@pytest.fixture(scope="module")
def runtime(weights: Path) -> Runtime:
    return Runtime(device="cpu", weights=weights)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRAINSIGHT_HOME", str(tmp_path))
    monkeypatch.delenv("TRAINSIGHT_UPSCALERS", raising=False)
    return tmp_path


def picture(mode: str = "RGB", side: int = SIDE, **settings: object) -> Source:
    y, x = np.mgrid[:side, : side + 8]
    colours = np.stack([200 * x / side, 200 * y / side, 100 + 0 * x], -1).clip(0, 255)
    file = io.BytesIO()
    Image.fromarray(colours.astype(np.uint8)).convert(mode).save(file, "PNG", **settings)
    return Source(f"{mode} picture.png", file.getvalue())


def results(runtime: Runtime, *sources: Source, **asked: object) -> list[Upscaled]:
    request = Upscaling(sources, **{"methods": ("bicubic",)} | asked)
    return [e.result for e in upscale(request, runtime) if e.result is not None]


@pytest.mark.parametrize("scale", [2, 4])
def test_every_method_makes_the_picture_larger(runtime: Runtime, scale: int) -> None:
    names = tuple(row.name for row in available(runtime))
    assert names == (
        *("nearest", "bicubic", "lanczos"),
        *("fast", "best", "looks", "diffusion", "cascade"),
    )
    made = results(runtime, picture(), methods=names, scale=scale)
    assert [r.method for r in made] == list(names)
    for result in made:
        assert result.size == (32 * scale, 24 * scale)
        assert read("a", result.file.read_bytes()).size == result.size
        assert result.psnr is None
    by_name = {result.method: result for result in made}
    assert by_name["bicubic"].consistency > 40
    assert list(by_name["best"].weights) == [f"upscale{scale}_best"]
    assert list(by_name["looks"].weights) == ["upscale4_looks"]
    assert list(by_name["diffusion"].weights) == ["photo_diffusion", "upscale4_best"]


def test_a_picture_can_be_cleaned_without_growing(runtime: Runtime) -> None:
    (made,) = results(runtime, picture(), methods=("looks",), scale=1)
    assert (made.size, made.native) == ((32, 24), 1)
    assert list(made.weights) == ["upscale1_looks"]


def test_the_same_seed_adds_the_same_detail_however_it_is_tiled(runtime: Runtime) -> None:
    row = methods(runtime)["diffusion"]
    small = read("a", picture(side=80).data).pixels
    made = []
    for tile, seed in ((200, 0), (48, 0), (200, 1)):
        canvas = np.zeros((320, 352, 3), np.uint8)
        run = row.seeded(runtime, 4, seed)
        for _ in enlarge(small, canvas, 4, tile, row.reach, run):
            pass
        made.append(canvas.astype(int))
    assert abs(made[0] - made[1]).max() <= 1
    assert abs(made[0] - made[2]).max() > 1


def test_only_methods_whose_weights_are_whole_are_offered(weights: Path, tmp_path: Path) -> None:
    for name in ("upscale4_fast", "upscale2_fast", "upscale2_best", "sr1024"):
        shutil.copytree(weights / name, tmp_path / "some" / name)
    for name in ("upscale2_fast", "upscale2_best", "sr1024"):
        (tmp_path / "some" / name / "model.safetensors").unlink()
    some = Runtime(device="cpu", weights=tmp_path / "some")
    rows = {row.name: row for row in available(some)}
    assert list(rows) == ["nearest", "bicubic", "lanczos", "fast"]
    assert rows["fast"].scales == (4,)
    (made,) = results(some, picture(), methods=("fast",), scale=2)
    assert (made.size, made.native) == ((64, 48), 4)


def test_every_row_of_the_studio_says_what_it_is() -> None:
    studio = Runtime(device="cpu", weights=WEIGHTS)
    for row in available(studio):
        assert row.kind in ("interpolation", "network", "diffusion")
        assert row.licence == "Apache-2.0"
        assert row.card == "opencv.org" or (ROOT / row.card).is_file()
        for scale in row.scales:
            for name in row.weights[scale]:
                assert len(studio.hash(name)) == 16
                assert (ROOT / "models/weights" / name / "card.md").is_file()


def test_the_generators_stage_keeps_to_a_small_flat_picture() -> None:
    studio = Runtime(device="cpu", weights=WEIGHTS)
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 60, 40)).save(file, "PNG")
    (made,) = results(studio, Source("red.png", file.getvalue()), methods=("cascade",))
    middle = read("a", made.file.read_bytes()).pixels.astype(float).mean((0, 1))
    assert abs(middle - (200, 60, 40)).max() < 25


def test_an_exact_size_is_met_by_all(runtime: Runtime) -> None:
    names = tuple(row.name for row in available(runtime) if row.kind != "diffusion")
    for size in ((50, 77), (20, 10), (200, 111)):
        made = results(runtime, picture(), methods=names, scale=None, size=size)
        assert [r.size for r in made] == [size] * len(names)
        assert [read("a", r.file.read_bytes()).size for r in made] == [size] * len(names)


def test_restored_pictures_are_measured_against_the_original(runtime: Runtime) -> None:
    names = ("nearest", "bicubic")
    made = results(runtime, picture(side=64), methods=names, restore=True)
    nearest, bicubic = made
    assert bicubic.size == (72, 64)
    assert bicubic.psnr > nearest.psnr > 20
    assert bicubic.features > 0
    assert 0.5 < bicubic.ssim <= 1


def test_what_a_diffusion_method_invents_is_charted(runtime: Runtime) -> None:
    request = Upscaling((picture(),), ("bicubic", "cascade"), seeds=3)
    events = list(upscale(request, runtime))
    bicubic, cascade = (e.result for e in events if e.result is not None)
    assert bicubic.variation is None
    charted = cascade.variation
    assert charted.seeds == 3
    assert charted.mean > 0.5
    assert read("a", charted.file.read_bytes()).size == cascade.size
    assert sum(e.stage == "cascade" and e.result is None for e in events) >= 3
    assert [e.fraction for e in events] == sorted(e.fraction for e in events)
    # The result itself is the one that a single drawing gives.
    (alone,) = results(runtime, picture(), methods=("cascade",))
    assert alone.file.read_bytes() == cascade.file.read_bytes()
    assert not list(cascade.file.parent.glob("*.raw"))


def test_everything_that_goes_with_a_picture_is_kept(runtime: Runtime) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[315] = 6, "A coach"
    source = picture("RGB", icc_profile=profile, exif=exif.tobytes())
    (made,) = results(runtime, source, methods=("best",), scale=2)
    assert made.size == (48, 64)  # upright
    out = read("a", made.file.read_bytes())
    assert out.icc == profile
    assert b"A coach" in out.exif


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA"])
def test_grey_and_transparency_are_kept(runtime: Runtime, mode: str) -> None:
    source = picture(mode)
    image = Image.open(io.BytesIO(source.data))
    if mode.endswith("A"):
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        file = io.BytesIO()
        image.save(file, "PNG")
        source = Source("a.png", file.getvalue())
    for made in results(runtime, source, methods=("bicubic", "fast"), scale=2):
        assert Image.open(made.file).mode == mode


def test_sixteen_bits_are_kept(runtime: Runtime) -> None:
    deep = np.random.default_rng(0).integers(0, 65536, (20, 20, 3)).astype(np.uint16)
    source = Source("deep.png", cv2.imencode(".png", deep)[1].tobytes())
    for made in results(runtime, source, methods=("nearest", "best"), scale=2):
        assert read("a", made.file.read_bytes()).pixels.dtype == np.uint16


def test_a_pixel_can_be_enlarged(runtime: Runtime) -> None:
    file = io.BytesIO()
    Image.new("RGB", (1, 1), (10, 200, 30)).save(file, "PNG")
    names = tuple(row.name for row in available(runtime))
    for made in results(runtime, Source("dot.png", file.getvalue()), methods=names):
        assert made.size == (4, 4)


def test_the_batch_goes_on_after_a_file_that_is_no_picture(runtime: Runtime) -> None:
    sources = (Source("page.png", b"<html>"), picture(), Source("none.png", b""))
    events = list(upscale(Upscaling(sources, ("bicubic",)), runtime))
    failures = [e.value for e in events if isinstance(e.value, StudioError)]
    assert [type(f) for f in failures] == [FileError] * 2
    assert [e.result.picture for e in events if e.result is not None] == [1]
    assert [e.value.picture for e in events if isinstance(e.value, Opened)] == [1]


def test_with_no_picture_at_all_the_first_error_is_raised(runtime: Runtime) -> None:
    with pytest.raises(FileError, match=r"page\.png"):
        list(upscale(Upscaling((Source("page.png", b"<html>"),), ("bicubic",)), runtime))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"sources": ()}, "no picture"),
        ({"methods": ()}, "No method"),
        ({"scale": 3}, "2 or 4"),
        ({"size": (10, 10)}, "either"),
        ({"seeds": 9}, "1 to 8"),
        ({"scale": None, "size": (40_000, 10)}, "40000 × 10"),
        ({"scale": None, "size": (32_000, 32_000)}, "million"),
        ({"scale": None, "size": (10, 10), "restore": True}, "choose a scale"),
        ({"scale": 1, "restore": True}, "nothing is shrunk"),
    ],
)
def test_what_cannot_be_done_is_refused_when_it_is_asked(asked: dict, says: str) -> None:
    with pytest.raises(InputError, match=says):
        Upscaling(**{"sources": (picture(),), "methods": ("bicubic",)} | asked)


def test_an_unknown_method_is_refused_with_the_known_ones(runtime: Runtime) -> None:
    with pytest.raises(InputError, match="nearest, bicubic"):
        results(runtime, picture(), methods=("magic",))


def test_cancelling_leaves_no_half_file(runtime: Runtime, tmp_path: Path) -> None:
    work = upscale(Upscaling((picture(),), ("best",)), runtime, tmp_path / "out")
    stages = [next(work).stage for _ in range(3)]
    work.close()
    assert stages[-1] == "best"
    assert not [p for p in (tmp_path / "out").iterdir() if p.suffix in (".raw", ".png")]


def test_without_pieces_nothing_but_the_result_is_written(runtime: Runtime, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    list(upscale(Upscaling((picture(),), ("bicubic",)), runtime, folder, pieces=False))
    assert [path.suffix for path in folder.iterdir()] == [".png"]


def test_old_folders_are_removed(runtime: Runtime, home: Path) -> None:
    from pipeline import super_resolution

    for _ in range(super_resolution.KEPT_FOLDERS + 3):
        super_resolution.new_folder().mkdir(parents=True)
    assert len(list((home / "upscaled").iterdir())) == super_resolution.KEPT_FOLDERS


def test_a_file_that_is_no_upscaler_is_said_and_left_out(runtime: Runtime, home: Path) -> None:
    folder = home / "upscalers"
    folder.mkdir()
    for name in ("page.onnx", "page.pth", "notes.txt"):
        (folder / name).write_bytes(b"<html>")
    assert "page.onnx" not in [row.name for row in available(runtime)]
    with pytest.raises(WeightsError, match=r"page\.onnx"):
        results(runtime, picture(), methods=("page.onnx",))


@pytest.mark.parametrize("fixed", [False, True])
def test_an_onnx_file_becomes_a_method(runtime: Runtime, home: Path, fixed: bool) -> None:
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    folder = home / "upscalers"
    folder.mkdir()
    (folder / "twice.onnx").write_bytes(resize_onnx(2, 32 if fixed else None))
    row = next(row for row in available(runtime) if row.kind == "yours")
    assert (row.scales, row.tile) == ((2,), 32 if fixed else None)
    (made,) = results(runtime, picture(side=70), methods=("twice.onnx",), scale=2)
    assert made.size == (156, 140)
    assert made.consistency > 25


def spandrel() -> ModuleType:
    """The package, where it and a torchvision that fits are installed."""
    try:
        return importlib.import_module("spandrel")
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"spandrel cannot be loaded: {error}")


class Evil:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("false",)


def test_weights_are_never_unpickled(home: Path) -> None:
    spandrel()
    file = home / "evil.pth"
    torch.save({"weight": Evil()}, file)
    with pytest.raises(WeightsError, match="more than numbers"):
        yours.opened(file)
    (home / "page.pth").write_bytes(b"<html>")
    with pytest.raises(WeightsError, match="no upscaler"):
        yours.opened(home / "page.pth")


@pytest.mark.parametrize("ending", [".pth", ".safetensors"])
def test_weights_that_spandrel_knows_become_a_method(
    runtime: Runtime, home: Path, ending: str
) -> None:
    spandrel()
    folder = home / "upscalers"
    folder.mkdir()
    layers = [nn.Conv2d(3, 8, 3), nn.PReLU(8), nn.Conv2d(8, 8, 3), nn.PReLU(8)]
    compact = nn.ModuleDict({"body": nn.Sequential(*layers, nn.Conv2d(8, 12, 3))})
    weights = compact.state_dict()  # Real-ESRGAN's smallest kind
    name = f"compact{ending}"
    if ending == ".pth":
        torch.save({"params": weights}, folder / name)
    else:
        save_file(weights, folder / name)
    row = next(row for row in available(runtime) if row.kind == "yours")
    assert (row.name, row.scales) == (name, (2,))
    (made,) = results(runtime, picture(side=70), methods=(name,), scale=2)
    assert made.size == (156, 140)


@pytest.mark.parametrize(
    ("package", "fails", "says"),
    [
        ("onnxruntime", ImportError, "pip install onnxruntime"),
        ("spandrel", ImportError, "pip install spandrel"),
        ("spandrel", RuntimeError, "does not fit"),
    ],
)
def test_a_missing_package_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, package: str, fails: type, says: str
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == package:
                raise fails(name)

    monkeypatch.delitem(sys.modules, package, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    file = home / ("a.onnx" if package == "onnxruntime" else "a.safetensors")
    file.write_bytes(b"weights")
    with pytest.raises(WeightsError, match=says):
        yours.opened(file)


def test_a_file_that_was_replaced_is_opened_anew(home: Path) -> None:
    file = home / "a.onnx"
    file.write_bytes(b"1")
    errors = []
    for changed in (1, 1, 2):
        os.utime(file, ns=(changed, changed))
        with pytest.raises(WeightsError) as raised:
            yours.opened(file)
        errors.append(raised.value)
    assert errors[0] is errors[1]
    assert errors[1] is not errors[2]


def resize_onnx(times: int, side: int | None) -> bytes:
    """An ONNX model of one node that repeats pixels."""

    def shaped(name: bytes, sides: list[int | None]) -> bytes:
        dims = b"".join(
            field(1, field(2, b"any") if length is None else field(1, length)) for length in sides
        )
        tensor = field(1, field(1, 1) + field(2, dims))
        return field(1, name) + field(2, tensor)

    scales = np.array([1, 1, times, times], np.float32).tobytes()
    constant = field(1, 4) + field(2, 1) + field(8, b"scales") + field(9, scales)
    mode = field(1, b"mode") + field(4, b"nearest") + field(20, 3)
    inputs = b"".join(field(1, name) for name in (b"x", b"", b"scales"))
    node = inputs + field(2, b"y") + field(4, b"Resize") + field(5, mode)
    given = shaped(b"x", [1, 3, side, side])
    out = shaped(b"y", [1, 3, side and side * times, side and side * times])
    graph = field(1, node) + field(2, b"g") + field(5, constant) + field(11, given) + field(12, out)
    return field(1, 8) + field(8, field(2, 13)) + field(7, graph)


def test_sources_are_named_so_that_files_sort() -> None:
    from pipeline.super_resolution import file_name

    assert file_name("my run/<b>.png", "best", (20, 10), 2) == "03_-b-_best_20x10.png"
    assert file_name("...", "4x.onnx", (2, 1), 0).startswith("01_picture")
