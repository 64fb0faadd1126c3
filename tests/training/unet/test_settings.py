"""The training config: the tutorial's runs as written, everything else is told where it is wrong."""

import json
from pathlib import Path

import pytest

from studio.sayings import Saying
from training.unet.settings import TrainSettings, complaints

TUTORIAL = {
    "lr": 0.0001,
    "epochs": 10,
    "val_every": 1,
    "batch_size": {"val": 6, "train": 12},
    "input_size": {"width": 256, "height": 256},
    "gpu_devices": [0],
    "data_workers": {"val": 0, "train": 3},
    "dataset_tags": {"val": "val", "train": "train"},
    "special_classes": {"neutral": "neutral", "background": "bg"},
    "weights_init_type": "transfer_learning",
}


def test_the_tutorials_config_runs_as_written():
    assert complaints(TUTORIAL) == []

    settings = TrainSettings.model_validate(TUTORIAL)

    assert settings.loss_weights.bce == settings.loss_weights.dice == 1
    assert settings.lr_decreasing.patience == 1000
    assert settings.steps_per_epoch(515) == 43
    assert settings.checkpoints(43) == 10


def test_an_empty_config_takes_the_references_defaults():
    settings = TrainSettings.model_validate({})

    assert (settings.lr, settings.epochs, settings.val_every, settings.input_size.width) == (0.1, 2, 0.5, 128)


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"input_size": {"width": 250, "height": 256}}, "input_size.width", "multiple of 16, found 250"),
        ({"lr": 0}, "lr", "greater than 0"),
        ({"lr": "0.1"}, "lr", "must be a number"),
        ({"epochs": 1.5}, "epochs", "whole number, found 1.5"),
        ({"epochs": True}, "epochs", "whole number"),
        ({"epoch": 3}, "epoch", "did you mean 'epochs'?"),
        ({"batch_size": {"train": 1, "test": 1}}, "batch_size.test", "known: train, val"),
        ({"batch_size": {"train": 0}}, "batch_size.train", "1 or more"),
        ({"val_every": -1}, "val_every", "greater than 0"),
        ({"gpu_devices": []}, "gpu_devices", "at least one"),
        ({"dataset_tags": {"train": ""}}, "dataset_tags.train", "not be empty"),
        ({"special_classes": {"neutral": "x", "background": "x"}}, "special_classes", "two classes"),
        ({"weights_init_type": "resume"}, "weights_init_type", '"transfer_learning" or "continue_training"'),
        ({"loss_weights": {"bce": 0, "dice": 0}}, "loss_weights", "not both be 0"),
        ({"batch_size": 4}, "batch_size", "must be a JSON object"),
    ],
)
def test_a_wrong_value_is_told_with_its_path(change, path, words):
    found = complaints(TUTORIAL | change)

    assert [complaint.path for complaint in found] == [path]
    assert words in found[0].message
    assert isinstance(found[0].message, Saying)


def test_every_wrong_value_is_told_at_once():
    assert [complaint.path for complaint in complaints({"lr": -1, "epochs": 0})] == ["lr", "epochs"]


def test_a_config_that_is_no_object_is_refused():
    assert "not list" in complaints([])[0].message


def test_half_epochs_give_thirty_checkpoints_in_fifteen_epochs():
    settings = TrainSettings(val_every=0.5, epochs=15)

    validated = [step for step in range(1, 15 * 11 + 1) if settings.validates_after(step, 11)]

    assert len(validated) == settings.checkpoints(11) == 30
    assert validated[26] == 149  # epoch 13.5 has number 27
    assert validated[-1] == 165


@pytest.mark.parametrize(("val_every", "epochs", "per_epoch"), [(0.3, 2, 7), (5, 3, 4), (0.01, 2, 3), (1.7, 5, 10)])
def test_the_last_step_is_always_validated_and_the_count_agrees(val_every, epochs, per_epoch):
    settings = TrainSettings(val_every=val_every, epochs=epochs)

    steps = range(1, epochs * per_epoch + 1)
    validated = [step for step in steps if settings.validates_after(step, per_epoch)]

    assert validated[-1] == epochs * per_epoch
    assert len(validated) == settings.checkpoints(per_epoch)


def test_the_schema_describes_every_field_for_the_form():
    schema = TrainSettings.model_json_schema()

    assert set(schema["properties"]) >= set(TUTORIAL)
    assert schema["additionalProperties"] is False


def test_the_shared_tutorial_file_is_the_one_tested_here():
    path = Path(__file__).parents[4] / "shared" / "tutorial" / "train.json"
    if not path.exists():
        pytest.skip("the tutorial's files are not beside this checkout")

    assert json.loads(path.read_text()) == TUTORIAL
