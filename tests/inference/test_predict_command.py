"""`manage.py predict` for scripts."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.inference.conftest import SLIDING

pytestmark = pytest.mark.django_db


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "inference.json"
    path.write_text(json.dumps(SLIDING))
    return path


def predict(capsys, *arguments) -> dict:
    call_command("predict", *map(str, arguments), "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_project_is_predicted_by_its_name(capsys, config, model, project, network):
    answer = predict(capsys, "--project", "lines", "--model", "lines unet", "--config", config, "--result", "inf")

    assert (answer["project"], answer["images"], answer["windows"]) == ("inf", 2, 18)
    assert answer["classes"] == ["Isolator_unet"]


@pytest.mark.parametrize(
    ("project_name", "title", "sentence"),
    [
        ("nowhere", "lines unet", "There is no project called 'nowhere'."),
        ("lines", "another", "There is no model called 'another'; there are: lines unet."),
    ],
)
def test_a_name_that_is_wrong_is_one_sentence(config, model, project, project_name, title, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("predict", "--project", project_name, "--model", title, "--config", str(config))


def test_a_config_that_is_not_there_is_one_sentence(model, project, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("predict", "--project", "lines", "--model", "lines unet", "--config", str(tmp_path / "no.json"))
