"""What the server says comes in the language of who asks, and no language says less than another."""

import ast
import gettext
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from django.utils import translation

from inference.tiling.settings import InferenceSettings
from studio.texts import either, figure, form_of, say
from training.dtl.layers import LAYERS
from training.unet.settings import TrainSettings

ROOT = Path(__file__).resolve().parents[2]
APPS = ["studio", "annotator", "training", "inference"]
CATALOGUES = sorted(ROOT.glob("studio/locale/*/LC_MESSAGES/django.mo"))
FORMS = [TrainSettings, InferenceSettings, *LAYERS.values()]


def calls(module: str, name: str) -> Iterator[tuple[str, ast.Call]]:
    """(place, call) of every call of a function, wherever it is imported by its name, and where it is defined."""
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        tree = list(ast.walk(ast.parse(path.read_text())))
        sources = [one for one in tree if isinstance(one, ast.ImportFrom) and one.module == module]
        is_home = path == ROOT / f"{module.replace('.', '/')}.py"
        if is_home or name in {alias.name for one in sources for alias in one.names}:
            for one in tree:
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == name:
                    yield f"{path.relative_to(ROOT)}:{one.lineno}", one


def said() -> set[str]:
    """Every sentence in the sources, and every word with its context, as a catalogue calls them."""
    spoken, written = calls("studio.texts", "say"), calls("studio.sayings", "Saying")
    sentences = {literal(call.args[0], place) for place, call in chain(spoken, written)}
    words = calls("django.utils.translation", "pgettext_lazy")
    in_context = {"\x04".join(literal(one, place) for one in call.args) for place, call in words}
    return sentences | in_context | in_forms()


def in_forms() -> set[str]:
    """Every title and description that a form shows."""
    found: set[str] = set()
    for settings in FORMS:
        form_of(settings, tell=lambda text: found.add(text) or text)
    return found


def literal(node: ast.expr, place: str) -> str:
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"{place}: write the sentence out here"
    return node.value


def holes(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def texts_of(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        texts = dict(gettext.GNUTranslations(file)._catalog)
    del texts[""]
    return texts


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_sentence_is_said_in_every_language(path):
    texts = texts_of(path)

    assert sorted(said() - texts.keys()) == [], "these have no text in the catalogue"
    assert sorted(texts.keys() - said()) == [], "nobody says these any more"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_language_names_the_same_things(path):
    for sentence, text in texts_of(path).items():
        assert holes(text) == holes(sentence), sentence


@pytest.mark.parametrize("settings", FORMS)
def test_every_field_of_a_form_has_a_title_that_somebody_wrote(settings):
    found = fields_of(form_of(settings))

    assert [name for name, field in found if field.get("title") in (None, pydantics(name))] == []


def fields_of(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of a JSON schema, however deep."""
    if isinstance(part, list):
        part = dict(enumerate(part))
    if isinstance(part, dict):
        yield from part.get("properties", {}).items()
        for one in part.values():
            yield from fields_of(one)


def pydantics(name: str) -> str | None:
    """The title pydantic makes of a name; one of a single word may as well have been written."""
    return name.replace("_", " ").title() if "_" in name else None


def test_a_form_comes_in_the_language_of_the_page(viewer, client_of):
    answer = client_of(viewer).get("/api/training/schema/", headers={"accept-language": "de"})

    field = answer.data["config"]["properties"]["batch_size"]
    assert (field["title"], field["default"]) == ("Batchgröße", {"train": 1, "val": 1})
    assert "32,7 Millionen Gewichte" in "".join(network["help"] for network in answer.data["networks"])
    assert [start["title"] for start in answer.data["starts"]] == ["ImageNet", "Zufällig", "Ein eigenes Modell"]


def test_there_is_a_catalogue_to_hold_against_the_sources():
    assert [path.parts[-3] for path in CATALOGUES] == ["de"]
    assert len(said()) > 100


def test_the_compiled_texts_are_those_of_their_source():
    done = subprocess.run([sys.executable, ROOT / ".ci/compile-texts", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (None, "There is nothing here, or it is not shared with you."),
        ("de-AT,de;q=0.9,en;q=0.8", "Hier ist nichts, oder es ist nicht für Sie freigegeben."),
        ("fr", "There is nothing here, or it is not shared with you."),
    ],
)
def test_a_refusal_comes_in_the_language_of_the_page(stranger, client_of, asked, answered):
    headers = {} if asked is None else {"accept-language": asked}

    answer = client_of(stranger).get("/api/projects/1/", headers=headers)

    assert (answer.status_code, answer.data["problem"]) == (404, answered)


def test_what_the_framework_says_is_translated_too(viewer, client_of):
    answer = client_of(viewer).post(
        "/api/session/password/", {"password": "x"}, format="json", headers={"accept-language": "de"}
    )

    assert answer.data["at"] == "password"
    assert "Passwort" in answer.data["problem"]


def test_the_language_of_one_request_is_not_that_of_the_next(stranger, client_of):
    client = client_of(stranger)
    client.get("/api/projects/1/", headers={"accept-language": "de"})

    assert client.get("/api/projects/1/").data["problem"].startswith("There is nothing here")


def test_outside_of_a_request_english_is_spoken():
    assert say("You have {photo} already.", photo="a.jpg") == "You have a.jpg already."


def test_numbers_and_alternatives_are_written_as_the_reader_does():
    english = figure(1234.56, 1), figure(1234.56), either(["anna", "bert"])
    with translation.override("de"):
        german = figure(1234.56, 1), figure(1234.56), either(["anna", "bert"])

    assert english == ("1,234.6", "1,235", "anna or bert")
    assert german == ("1.234,6", "1.235", "anna oder bert")
