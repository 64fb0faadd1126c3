"""What is written down for later is English on disk and in the logs, and comes in the language of who reads it."""

import json
import pickle

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_lazy

from studio import jobs
from studio.errors import Refused
from studio.models import Job, JobEvent
from studio.sayings import Saying
from studio.serializers import JobSerializer
from studio.texts import kept, say, told, told_all

MANY = Saying("{name} has {count:,} members, more than {most:,}", name="a.zip", count=300_000, most=200_000)


def in_german(text):
    with translation.override("de"):
        return told(text)


def test_a_saying_is_its_english_text():
    assert MANY == "a.zip has 300,000 members, more than 200,000"
    assert json.dumps([MANY]) == json.dumps([str.__str__(MANY)])
    assert f"{MANY}." == "a.zip has 300,000 members, more than 200,000."


def test_a_saying_is_told_in_the_reader_s_language_numbers_too():
    assert told(MANY) == MANY
    assert in_german(MANY) == "a.zip enthält 300.000 Dateien, mehr als 200.000"


def test_a_saying_inside_another_is_told_with_it():
    inner = Saying("lies outside the photo")
    outer = Saying("Object {number} of {at} {what}.", number=3, at="a.json", what=inner)

    assert outer == "Object 3 of a.json lies outside the photo."
    assert in_german(outer) == "Objekt 3 in a.json liegt außerhalb des Fotos."


def test_an_error_keeps_the_saying_it_was_made_of():
    error = ValueError(MANY)

    assert in_german(str(error)) == in_german(MANY)


def test_what_people_named_is_never_taken_for_a_place_to_fill():
    strange = Saying("Export {project}", project="{0} {project!r:9999999}")

    assert in_german(Saying.from_json(strange.as_json())) == "{0} {project!r:9999999} exportieren"


def test_a_saying_survives_json_and_pickle():
    outer = Saying("{at}: {what}", at="a.zip", what=MANY)

    for again in (Saying.from_json(json.loads(json.dumps(outer.as_json()))), pickle.loads(pickle.dumps(outer))):
        assert (again, in_german(again)) == (outer, in_german(outer))


def test_a_document_keeps_its_sayings_beside_their_english_text():
    document = json.loads(json.dumps(kept({"level": "error", "text": MANY})))

    assert document["text"] == MANY
    assert told_all(document) == {"level": "error", "text": MANY}
    with translation.override("de"):
        assert told_all(document) == {"level": "error", "text": in_german(MANY)}


def test_a_document_of_an_older_version_is_shown_as_it_is():
    with translation.override("de"):
        assert told_all({"level": "info", "text": "3 photos"}) == {"level": "info", "text": "3 photos"}


def test_a_job_speaks_the_language_of_its_reader(owner, client_of):
    job = jobs.create("export", Saying("Export {project}", project="Lines"), user=owner)
    Job.objects.filter(pk=job.pk).update(doing=Saying("Packing"))

    english = client_of(owner).get(f"/api/jobs/{job.pk}/").data
    german = client_of(owner).get(f"/api/jobs/{job.pk}/", headers={"accept-language": "de"}).data

    assert (english["title"], english["doing"]) == ("Export Lines", "Packing")
    assert (german["title"], german["doing"]) == ("Lines exportieren", "Wird gepackt")


def test_a_job_s_log_and_its_end_speak_the_language_of_their_reader(job_of, owner, client_of):
    def work(run):
        run.log(Saying("{count} images", count=3))
        raise Refused(MANY)

    job = jobs.perform(job_of(work).id)
    told_events = client_of(owner).get(f"/api/jobs/{job.pk}/events/", headers={"accept-language": "de"}).data

    assert [event.data.get("text") for event in JobEvent.objects.filter(job=job, kind="log")] == ["3 images"]
    assert [event["data"] for event in told_events] == [
        {"text": "3 Bilder", "level": "info"},
        {"status": "failed", "problem": in_german(MANY)},
    ]


def test_a_job_that_a_service_refused_says_so_in_the_language_of_its_reader(job_of, owner, client_of):
    def work(run):
        raise Refused(say("The class {name!r} is in the trash: restore it first.", name=gettext_lazy("owner")))

    job = jobs.perform(job_of(work).id)
    told_job = client_of(owner).get(f"/api/jobs/{job.pk}/", headers={"accept-language": "de"}).data

    assert job.problem == "The class 'owner' is in the trash: restore it first."
    assert told_job["problem"] == "Die Klasse „owner“ liegt im Papierkorb: Sie muss zuerst wiederhergestellt werden."


def test_a_job_written_by_an_older_version_is_shown_as_it_is(owner):
    job = jobs.create("export", "Export", user=owner)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE studio_job SET title = 'Export Lines' WHERE id = %s", [job.pk])

    with translation.override("de"):
        assert JobSerializer(Job.objects.get(pk=job.pk)).data["title"] == "Export Lines"


def test_the_table_begins_with_the_english_text(owner):
    job = jobs.create("export", Saying("Export {project}", project="Lines"), user=owner)

    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM studio_job WHERE id = %s", [job.pk])
        assert cursor.fetchone()[0].startswith("Export Lines")


def test_what_is_said_at_once_tells_the_sayings_in_it():
    with translation.override("de"):
        sentence = say("The proposal was not made: {why}", why=Saying("lies outside the photo"))

    assert sentence.endswith("liegt außerhalb des Fotos")
