import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotator.models import Project
from tests.training.dtl.stored import powerlines
from tests.training.dtl.test_graph import TUTORIAL


@pytest.fixture
def query(tmp_path):
    path = tmp_path / "query.json"
    path.write_text(TUTORIAL)
    return path


def test_run_dtl_makes_the_project_and_says_so_in_json(owner, data_folder, tmp_path, query):
    powerlines(owner, tmp_path)
    out = StringIO()

    call_command("run_dtl", str(query), "--seed", "5", "--json", stdout=out, stderr=StringIO())

    answer = json.loads(out.getvalue().splitlines()[-1])
    project = Project.objects.get(pk=answer["project"])
    assert (answer["status"], answer["seed"], answer["images"]) == ("finished", 5, project.images.count())


def test_run_dtl_fails_with_one_sentence(owner, data_folder, query):
    with pytest.raises(CommandError, match="no project is called 'powerlines_annotated'"):
        call_command("run_dtl", str(query))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("run_dtl", str(query.with_name("nothing.json")))
