"""Which models are here, which are refused, and what is said then; nothing is loaded."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import errors
from safetensors.numpy import save_file

from pipeline.errors import HubError, InputError
from pipeline.hub import check, fetch, find, load
from pipeline.hub.check import CONTROL, look
from pipeline.hub.model import HubModel
from pipeline.request import Prompt, Request
from pipeline.text_to_image import generate

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "safety_checker": [None, None],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "requires_safety_checker": False,
}


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, an empty cache of the hub, and no leave to download."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("TRAINSIGHT_MODELS", str(folder))
    monkeypatch.delenv("TRAINSIGHT_DOWNLOADS", raising=False)
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return folder


def pretend(folder: Path, index: object = INDEX, file: str = "model.safetensors") -> Path:
    """What a pipeline's folder looks like from outside."""
    (folder / "unet").mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps(index))
    save_file({"w": np.zeros((3, 5), np.float32)}, folder / "unet" / file)
    return folder


def test_a_sound_folder_is_told(models: Path) -> None:
    contents = look("sd", pretend(models / "sd"))
    assert (contents.kind, contents.variant) == ("StableDiffusionPipeline", None)
    assert contents.weights == {"unet": 15}
    (found,) = find.open_models()
    assert (found.name, found.kind, found.control) == ("sd", "StableDiffusionPipeline", False)
    assert find.find("sd") == models / "sd"


def test_half_precision_files_are_found(models: Path) -> None:
    assert look("sd", pretend(models / "a", file="model.fp16.safetensors")).variant == "fp16"


def test_a_folder_inside_another_is_named_by_both(models: Path) -> None:
    pretend(models / "maker" / "model")
    assert [found.name for found in find.open_models()] == ["maker/model"]
    assert find.find("maker/model") == models / "maker" / "model"


def test_what_lies_in_the_hubs_cache_needs_no_network(tmp_path: Path) -> None:
    repo = tmp_path / "cache" / "models--maker--model"
    pretend(repo / "snapshots" / "abc")
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("abc")
    assert find.find("maker/model") == repo / "snapshots" / "abc"
    assert find.find("maker/other") is None


@pytest.mark.parametrize(
    "bad",
    ["", "/etc", "../secrets", "a/../b", "..", "a/b/c", "C:\\models", "a\\b", "~/x", ".cache", "a/",
     "a\0b", "https://example.org/x", "a b", "x" * 200, "a/.b"],
)  # fmt: skip
def test_no_folder_outside_the_models_folder_can_be_named(bad: str) -> None:
    with pytest.raises(InputError, match="no name of a model"):
        HubModel(bad)
    with pytest.raises(InputError):
        find.find(bad)
    if bad:
        with pytest.raises(InputError):
            HubModel("sd", control=bad)


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ("unet", ["unet_custom", "MyUnet"]),
        ("unet", ["os", "system"]),
        ("unet", ["diffusers.utils", "x"]),
        ("unet", ["transformers", "x.y"]),
        ("../unet", ["diffusers", "UNet2DConditionModel"]),
    ],
)
def test_program_code_of_the_model_is_refused(models: Path, component: str, said: object) -> None:
    folder = pretend(models / "sd", INDEX | {component: said})
    with pytest.raises(HubError, match="program code of its own"):
        look("sd", folder)


def test_a_pipeline_of_its_own_is_refused(models: Path) -> None:
    folder = pretend(models / "sd", INDEX | {"_class_name": ["pipeline", "MyPipeline"]})
    with pytest.raises(HubError, match="program code of its own"):
        look("sd", folder)


def test_pickles_are_refused(models: Path) -> None:
    folder = pretend(models / "sd")
    (folder / "unet" / "model.safetensors").rename(folder / "unet" / "model.bin")
    with pytest.raises(HubError, match="which can hide programs"):
        look("sd", folder)


def test_what_is_missing_is_named(models: Path) -> None:
    with pytest.raises(HubError, match="lacks a readable"):
        look("nothing", models)
    folder = pretend(models / "sd", INDEX | {"vae": ["diffusers", "AutoencoderKL"]})
    with pytest.raises(HubError, match="lacks vae"):
        look("sd", folder)
    (folder / "vae").mkdir()
    with pytest.raises(HubError, match=r"lacks vae/\*"):
        look("sd", folder)


@pytest.mark.parametrize("data", [b"", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0[]", b"12345678{"])
def test_damaged_weights_are_told(models: Path, data: bytes) -> None:
    folder = pretend(models / "sd")
    (folder / "unet" / "model.safetensors").write_bytes(data)
    with pytest.raises(HubError, match="is damaged"):
        look("sd", folder)


def test_weights_that_are_cut_off_are_damaged(models: Path) -> None:
    folder = pretend(models / "sd")
    file = folder / "unet" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(HubError, match="is damaged"):
        look("sd", folder)


def test_a_fingerprint_knows_other_weights(models: Path) -> None:
    folder = pretend(models / "sd")
    before = check.fingerprint(look("sd", folder))
    save_file({"w": np.ones((3, 5), np.float32)}, folder / "unet" / "model.safetensors")
    assert check.fingerprint(look("sd", folder)) != before


def test_a_control_net_is_known_as_one(models: Path) -> None:
    folder = models / "pose"
    folder.mkdir()
    (folder / "config.json").write_text('{"_class_name": "ControlNetModel"}')
    save_file({"w": np.zeros(4, np.float32)}, folder / "m.safetensors")
    assert look("pose", folder, CONTROL).weights == {"": 4}
    assert [found.control for found in find.open_models()] == [True]


def test_a_model_that_is_not_here_says_what_to_do(models: Path) -> None:
    request = Request(Prompt("a cat"), model=HubModel("maker/model"))
    with pytest.raises(HubError, match="Put its folder into") as told:
        list(generate(request, None))  # type: ignore[arg-type]
    assert str(models) in str(told.value)


def test_without_diffusers_the_cure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "find_spec", lambda _: None)
    with pytest.raises(HubError, match="pip install"):
        list(generate(Request(Prompt("a cat"), model=HubModel("sd")), None))  # type: ignore[arg-type]


def test_downloads_happen_only_where_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the download's process says becomes a sentence; a folder's name is never looked up."""
    started: list[list[str]] = []
    real = subprocess.Popen

    def popen(command: list[str], **settings: object) -> subprocess.Popen[bytes]:
        started.append(command)
        said = [sys.executable, "-c", "print('unreachable'); raise SystemExit(1)"]
        return real(said, **settings)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(HubError, match="Put its folder"):
        list(find.get("maker/model"))
    monkeypatch.setenv("TRAINSIGHT_DOWNLOADS", "1")
    with pytest.raises(HubError, match="Put its folder"):
        list(find.get("folder"))
    assert not started
    with pytest.raises(HubError, match="could not be reached"):
        list(find.get("maker/model"))
    assert started[0][-2:] == ["maker/model", "model_index.json"]


def test_a_closed_download_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(_: list[str], **settings: object) -> subprocess.Popen[bytes]:
        begun.append(real(["sleep", "60"], **settings))  # type: ignore[call-overload]
        return begun[0]

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setenv("TRAINSIGHT_DOWNLOADS", "1")
    events = find.get("maker/model")
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert begun[0].poll() is not None


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (errors.OfflineModeIsEnabled("no"), "unreachable"),
        (errors.LocalEntryNotFoundError("no"), "unreachable"),
        (ConnectionRefusedError("no"), "unreachable"),
        (errors.HFValidationError("no"), "unknown"),
        (OSError(errno.ENOSPC, "full"), "full"),
        (OSError("no file named model.safetensors"), "pickle"),
        (RuntimeError("?"), "failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_went_wrong_is_told_apart(
    error: Exception, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("huggingface_hub.snapshot_download", fail)
    assert fetch.main("maker/model", CONTROL) == what


@pytest.mark.parametrize("what", ["unreachable", "unknown", "gated", "pickle", "full", "failed"])
def test_each_trouble_has_a_sentence(what: str) -> None:
    assert "maker/model" in str(fetch.problem(what, "maker/model"))


GB = 10**9


@pytest.mark.parametrize(
    ("sizes", "memory", "gpu", "place"),
    [
        ([2 * GB], 8 * GB, None, "whole"),
        ([2 * GB, 5 * GB], 32 * GB, 24 * GB, "whole"),
        ([10 * GB, 12 * GB], 64 * GB, 16 * GB, "component"),
        ([10 * GB, 24 * GB], 64 * GB, 16 * GB, "layer"),
        ([10 * GB], 2 * GB, 24 * GB, "whole"),
    ],
)
def test_weights_go_where_they_fit(
    sizes: list[int], memory: int, gpu: int | None, place: str
) -> None:
    assert load.placement(sizes, memory, gpu, "x") == place


@pytest.mark.parametrize(("memory", "gpu"), [(8 * GB, None), (8 * GB, 8 * GB)])
def test_what_fits_nowhere_is_refused_with_figures(memory: int, gpu: int | None) -> None:
    with pytest.raises(HubError, match=r"needs about 13\.1 GB of memory and 8\.0 GB are free"):
        load.placement([12 * GB], memory, gpu, "x")


@pytest.mark.parametrize(
    "settings",
    [
        {"steps": 0},
        {"steps": 2.5},
        {"steps": 1000},
        {"guidance": -1},
        {"guidance": float("nan")},
        {"guidance": True},
        {"size": 500},
        {"size": 32},
        {"negative": "x" * 1000},
        {"enlargers": ("a", "b", "c")},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict) -> None:
    with pytest.raises(InputError):
        HubModel("sd", **settings)
