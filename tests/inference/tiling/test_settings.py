"""The inference config in both forms, and what is said about a wrong one."""

import pytest

from inference.tiling.settings import TEMPLATE, ConfigRefused, FullImage, InferenceSettings, SlidingWindow, parse
from studio.sayings import Saying

TUTORIAL = {
    "mode": {
        "save": False,
        "source": "sliding_window",
        "window": {"width": 512, "height": 512},
        "min_overlap": {"x": 128, "y": 128},
    },
    "gpu_devices": [0],
    "model_classes": {"add_suffix": "_unet", "save_classes": ["Isolator"]},
    "existing_objects": {"add_suffix": "", "save_classes": []},
}


def complaint(document) -> str:
    with pytest.raises(ConfigRefused) as refused:
        parse(document)
    return str(refused.value)


def test_the_tutorial_config_is_read_as_written():
    settings = parse(TUTORIAL)

    assert (settings.mode.window.width, settings.mode.min_overlap.y) == (512, 128)
    assert settings.mode.class_name == "sliding_window"
    assert settings.model_classes.save_classes == ["Isolator"]
    assert settings.existing_objects.save_classes == []


def test_an_empty_config_looks_at_whole_photos_and_drops_what_was_there():
    settings = parse({})

    assert settings.mode == FullImage()
    assert (settings.model_classes.save_classes, settings.model_classes.add_suffix) == ("__all__", "_unet")
    assert settings.existing_objects.save_classes == []


def test_a_window_has_the_reference_defaults():
    mode = parse({"mode": {"source": "sliding_window"}}).mode

    assert (mode.window.width, mode.window.height, mode.min_overlap.x, mode.save) == (128, 128, 0, False)


def test_the_form_of_2019_keeps_existing_objects():
    settings = parse(
        {"model": {"gpu_device": 1}, "mode": {"name": "sliding_window", "window": {"width": 300, "height": 200}}}
    )

    assert isinstance(settings.mode, SlidingWindow) and settings.mode.window.height == 200
    assert settings.existing_objects.save_classes == "__all__"
    assert settings.gpu_devices == [1]


@pytest.mark.parametrize(("mode", "suffix"), [("full_image", "_unet"), ("sliding_window", "")])
def test_the_form_of_2019_has_its_suffix_only_for_whole_images(mode, suffix):
    settings = parse({"model": {}, "mode": {"name": mode, "model_classes": {"save_names": ["a"]}}})

    assert settings.model_classes.add_suffix == suffix
    assert settings.model_classes.save_classes == ["a"]


@pytest.mark.parametrize("mode", ["roi", "bboxes", "sliding_window_det"])
def test_an_unoffered_mode_is_refused_with_the_two_that_are(mode):
    assert complaint({"mode": {"source": mode}}) == (
        f"mode.source: {mode!r} is not offered; the two modes are full_image and sliding_window"
    )
    assert complaint({"model": {}, "mode": {"name": mode}}).startswith("mode.name: ")


def test_too_much_overlap_is_refused():
    document = {
        "mode": {"source": "sliding_window", "window": {"width": 512, "height": 512}, "min_overlap": {"x": 512}}
    }

    assert (
        complaint(document)
        == "mode.min_overlap: overlap is too high: x must be below the window's side (512), found 512"
    )


def test_an_unknown_setting_is_refused_with_the_nearest_known_one():
    assert complaint({"mode": {"source": "sliding_window", "windw": {}}}) == (
        "mode.windw: there is no such setting; did you mean 'window'?"
    )
    assert complaint({"mode": {"source": "full_image", "padding": {}}}) == (
        "mode.padding: there is no such setting; known: source"
    )
    assert complaint({"model_clases": {}}).endswith("did you mean 'model_classes'?")


@pytest.mark.parametrize(
    ("document", "start"),
    [
        ({"gpu_devices": [0, 1]}, "gpu_devices: "),
        ({"gpu_devices": ["0"]}, "gpu_devices.0: "),
        ({"mode": {"source": "sliding_window", "window": {"width": 0}}}, "mode.window.width: "),
        ({"mode": {"source": "sliding_window", "window": {"width": "512"}}}, "mode.window.width: "),
        ({"mode": {"source": "sliding_window", "save": 1}}, "mode.save: "),
        ({"mode": "sliding_window"}, "mode: "),
        ({"mode": {"source": []}}, "mode.source: "),
        ({"model_classes": {"save_classes": "Isolator"}}, "model_classes.save_classes: expected a list of class names"),
        ([], "an inference config is a JSON object"),
        ("{", "this is not JSON: "),
    ],
)
def test_a_complaint_names_its_place(document, start):
    with pytest.raises(ConfigRefused) as refused:
        parse(document)

    assert str(refused.value).startswith(start)
    assert isinstance(refused.value.complaints[0].message, Saying)


def test_every_complaint_is_collected():
    with pytest.raises(ConfigRefused) as refused:
        parse({"gpu_devices": [], "mode": {"source": "sliding_window", "window": {"width": 0, "height": 0}}})

    assert [each.path for each in refused.value.complaints] == [
        "mode.window.width",
        "mode.window.height",
        "gpu_devices",
    ]


def test_the_template_is_a_config_and_the_schema_knows_its_modes():
    parse(TEMPLATE)

    assert set(InferenceSettings.model_json_schema()["$defs"]) >= {"SlidingWindow", "FullImage", "Window", "Overlap"}
