"""Where there is nothing yet, a page says the next step, in the language of whoever reads it."""

import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import headers_of, images_of

# Where, what it says, and the button that is the next step.
EMPTY = {
    "en": [
        ("/projects/{empty}", "No photos yet", "Add photos"),
        ("/projects/{empty}?trash=1", "No deleted photos", "Back to the photos"),
        ("/projects/{empty}?search=zzz", "No photo fits", "Clear filters"),
        ("/projects/{empty}?tab=classes", "No classes yet", "Add a class"),
        ("/projects/{empty}?tab=guide", "No guide yet", "Write the guide"),
        ("/projects?search=zzz", "Nothing found", "Show all"),
        ("/jobs?kind=predict&status=interrupted", "No such jobs", "Show all"),
    ],
    "de": [
        ("/projects/{empty}", "Noch keine Fotos", "Fotos hinzufügen"),
        ("/projects/{empty}?trash=1", "Keine gelöschten Fotos", "Zurück zu den Fotos"),
        ("/projects/{empty}?search=zzz", "Kein Foto passt", "Filter zurücksetzen"),
        ("/projects/{empty}?tab=classes", "Noch keine Klassen", "Klasse hinzufügen"),
        ("/projects/{empty}?tab=guide", "Noch kein Leitfaden", "Leitfaden schreiben"),
        ("/projects?search=zzz", "Nichts gefunden", "Alle anzeigen"),
        ("/jobs?kind=predict&status=interrupted", "Keine passenden Aufträge", "Alle anzeigen"),
    ],
}
PANELS = {
    "en": [("objects", "Pick a class and paint"), ("history", "Every stroke will be listed"), ("talk", "Press C")],
    "de": [("objects", "Klasse wählen und malen"), ("history", "Jeder Strich erscheint"), ("talk", "Mit C")],
}


@pytest.fixture(scope="module")
def bare(studio, tmp_path_factory) -> int:
    """A project with a photo that nobody has touched."""
    folder = tmp_path_factory.mktemp("bare")
    PIL.Image.new("RGB", (320, 256), "grey").save(folder / "bare.jpg")
    return studio.import_folder(folder, "One bare photo")


@pytest.fixture(params=["en", "de"])
def reader(page: Page, request):
    """(page, language) of somebody who has chosen that language."""
    choose(page, request.param)
    yield page, request.param
    choose(page, "")


def choose(page: Page, language: str) -> None:
    answer = page.request.patch("/api/session/preferences/", data={"language": language}, headers=headers_of(page))
    assert answer.ok, answer.text()


def test_an_empty_page_says_the_next_step(reader):
    page, language = reader
    asked = {"name": f"Empty {language}", "classes": []}
    made = page.request.post("/api/projects/", data=asked, headers=headers_of(page)).json()

    for address, title, step in EMPTY[language]:
        page.goto(address.format(empty=made["id"]))
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_role("button", name=step).first).to_be_visible()


def test_an_empty_panel_beside_a_photo_says_the_next_step(reader, bare):
    page, language = reader
    page.goto(f"/images/{images_of(page, bare)[0]['id']}")

    for panel, words in PANELS[language]:
        page.locator(f"#tab-{panel}").click()
        expect(page.get_by_role("tabpanel")).to_contain_text(words)


@pytest.mark.parametrize("reader", ["de"], indirect=True)
def test_a_job_is_told_in_the_language_of_its_reader(reader, bare):
    page, _ = reader
    page.goto("/jobs?kind=import")

    expect(page.get_by_role("link", name="Fotos in One bare photo importieren: 1").first).to_be_visible()
