"""A training run as a job: its story, its checkpoints, its end, and the ends it did not choose."""

import json

import pytest
import torch
from django.core.management import CommandError, call_command

from studio import jobs
from studio.models import Job
from tests.training.discs import CONFIG, project_of_discs
from tests.training.unet.drawn import one_thread
from training.jobs import train as train_job
from training.models import NetworkModel
from training.services import models, runs
from training.services.runs import Asked
from training.unet import checkpoint, weights
from training.unet.probe import Choice, Probed

one_thread()


@pytest.fixture
def discs(owner, data_folder, tmp_path):
    return project_of_discs(owner, tmp_path)


@pytest.fixture(autouse=True)
def fp32_on_one_thread(monkeypatch):
    """What the probe finds depends on the hour; results here are to be equal bit for bit."""
    monkeypatch.setattr(train_job, "choose", lambda *_: Probed(Choice(), {"fp32 channels_last": 0.01}))
    monkeypatch.setattr(train_job, "pick_threads", lambda: 1)


def started(project, owner, title="discs", **more):
    asked = Asked(
        project, more.pop("config", CONFIG), "unet_v2_quarter", title=title, **{"start_from": "random"} | more
    )
    return runs.start(asked, owner)


def story(run, kind: str) -> list[dict]:
    return [event.data for event in run.job.events.filter(kind=kind)]


def test_a_run_ends_with_its_last_checkpoint_in_my_models(discs, owner, data_folder):
    run = started(discs, owner)

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FINISHED, job.details
    model = NetworkModel.objects.get()
    assert job.result["model"] == model.pk
    assert (model.title, model.checkpoint.number, model.run) == ("discs", 2, run)
    net, card = checkpoint.load(data_folder / model.folder)
    assert net(torch.zeros(1, 3, 32, 32)).shape == (1, 2, 32, 32)
    assert card == model.card
    assert card["class_title_to_idx"] == {"bg": 0, "disc": 1, "neutral": 255}
    assert [(one["title"], one["color"]) for one in card["classes"]] == [("bg", "#222222"), ("disc", "#C91818")]
    assert card["input_size"] == {"width": 32, "height": 32}
    assert card["scale"]["mean"] == pytest.approx(32 / 48)
    assert card["settings"]["lr"] == 0.003
    assert not (data_folder / "checkpoints" / str(run.pk) / "state").exists()


def test_the_story_tells_facts_steps_validations_checkpoints_and_the_model(discs, owner):
    run = started(discs, owner, seed=4)

    jobs.perform(run.job.id)

    (facts,) = story(run, "facts")
    assert (facts["device"], facts["train"], facts["val"], facts["steps_per_epoch"], facts["seed"]) == (
        "cpu",
        6,
        3,
        2,
        4,
    )
    steps = [step for event in story(run, "train") for step in event["steps"]]
    assert [step["step"] for step in steps] == [1, 2, 3, 4]
    assert set(steps[0]) == {"step", "epoch", "loss", "accuracy", "dice", "iou"}
    assert [(event["number"], event["epoch"]) for event in story(run, "val")] == [(1, 1), (2, 2)]
    assert story(run, "val")[0]["best"]
    assert [event["number"] for event in story(run, "checkpoint")] == [1, 2]
    assert story(run, "model")[0]["title"] == "discs"
    said = " ".join(event["text"] for event in story(run, "log"))
    assert "There is no GPU 0 here, so the CPU trains." in said
    assert "data_workers are not needed" in said
    run.refresh_from_db()
    assert set(run.facts["versions"]) >= {"torch", "python"}
    assert len(run.facts["split_sha256"]) == len(run.facts["data_sha256"]["train"]) == 64


def test_one_checkpoint_wears_the_badge_the_one_with_the_lowest_loss(discs, owner):
    run = started(discs, owner, config=CONFIG | {"epochs": 4})

    jobs.perform(run.job.id)

    best = [one.number for one in run.checkpoints.all() if one.is_best]
    losses = {one.number: one.metrics["loss"] for one in run.checkpoints.all()}
    assert best == [min(losses, key=losses.__getitem__)]


def test_neutral_and_classes_reach_the_network_as_their_numbers(discs, owner, monkeypatch):
    seen = {}
    monkeypatch.setattr(train_job.fit, "fit", lambda net, train, val, *_, **__: iter(seen.update(train=train) or ()))
    run = started(discs, owner)

    jobs.perform(run.job.id)

    mask = seen["train"].masks[0]
    assert set(mask.unique().tolist()) == {0, 1, 255}
    assert (mask[0] == 255).all()  # the strip at the top


class Crash(Exception):
    """Stands for a worker that dies: nothing after it is done, nothing before it undone."""


@pytest.mark.parametrize("dies_at", [("train", 1), ("val", 1), ("checkpoint", 1), ("train", 2), ("model", 1)])
def test_after_a_crash_the_run_goes_on_and_ends_as_if_nothing_had_happened(discs, owner, data_folder, dies_at):
    undisturbed = started(discs, owner, title="whole")
    jobs.perform(undisturbed.job.id)
    run = started(discs, owner, title="broken")
    kind, nth = dies_at
    told = []

    def listener(event: str, data: dict) -> None:
        told.append(event)
        if event == kind and told.count(kind) == nth:
            raise Crash

    assert jobs.perform(run.job.id, listener).status == Job.Status.FAILED
    jobs.resume(Job.objects.get(pk=run.job.pk))
    again = jobs.perform(run.job.id)

    assert again.status == Job.Status.FINISHED, again.details
    whole, broken = NetworkModel.objects.get(title="whole"), NetworkModel.objects.get(title="broken")
    assert whole.sha256 == broken.sha256
    assert whole.card["scores"] == broken.card["scores"]
    assert [one.metrics for one in run.checkpoints.all()] == [one.metrics for one in undisturbed.checkpoints.all()]
    assert shown_steps(run) == [1, 2, 3, 4]


def shown_steps(run) -> list[int]:
    """As the chart reads the story: what was told beyond the step a run goes on from is told again."""
    steps: list[int] = []
    for event in run.job.events.all():
        if event.kind == "resumed":
            steps = [step for step in steps if step <= event.data["from_step"]]
        if event.kind == "train":
            steps += [step["step"] for step in event.data["steps"]]
    return steps


def test_stop_keeps_the_weights(discs, owner, monkeypatch):
    run = started(discs, owner, config=CONFIG | {"epochs": 50})
    wish_after(monkeypatch, run, "stop", "checkpoint")

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.STOPPED, job.details
    last = run.checkpoints.last()
    assert 1 < last.number < 50
    assert NetworkModel.objects.get().checkpoint == last


def test_cancel_discards_everything(discs, owner, monkeypatch, data_folder):
    run = started(discs, owner, config=CONFIG | {"epochs": 50})
    wish_after(monkeypatch, run, "cancel", "checkpoint")

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.CANCELLED
    assert not run.checkpoints.exists()
    assert not (data_folder / "checkpoints" / str(run.pk)).exists()
    assert not NetworkModel.objects.exists()


def wish_after(monkeypatch, run, wish: str, kind: str) -> None:
    """The user's wish arrives after the first event of a kind; here no heartbeat thread could read it."""
    record = jobs.Run.record

    def recording(self, told, **data):
        record(self, told, **data)
        if told == kind:
            self._wish = wish

    monkeypatch.setattr(jobs.Run, "record", recording)


def test_a_cancelled_run_that_no_worker_had_is_cleared_by_the_next(discs, owner, data_folder):
    run = started(discs, owner)
    failed = jobs.perform(run.job.id, listener_that_dies_at("checkpoint"))
    Job.objects.filter(pk=failed.pk).update(status=Job.Status.INTERRUPTED)
    jobs.cancel(Job.objects.get(pk=failed.pk))

    jobs.perform(started(discs, owner).job.id)

    assert not (data_folder / "checkpoints" / str(run.pk)).exists()


def listener_that_dies_at(kind: str):
    def listener(event: str, data: dict) -> None:
        if event == kind:
            raise Crash

    return listener


def test_a_loss_that_is_no_number_is_a_sentence_and_keeps_what_was_good(discs, owner):
    run = started(discs, owner, config=CONFIG | {"lr": 1e30})

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FAILED
    assert "lr 1e+30 is probably too high" in job.problem
    assert not job.details


def test_a_damaged_photo_is_named(discs, owner, data_folder):
    photo = discs.images.get(name="002.png").photo
    path = next((data_folder / "photos").rglob(f"{photo.sha256}*"))
    path.write_bytes(path.read_bytes()[:200])
    run = started(discs, owner)

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FAILED
    assert job.problem.startswith("ds/002.png cannot be read")


def test_a_model_of_mine_is_a_start_without_its_last_layer(discs, owner, data_folder):
    jobs.perform(started(discs, owner, title="first").job.id)
    first = NetworkModel.objects.get(title="first")

    run = started(discs, owner, title="second", start_from="model", start_model=first)
    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FINISHED, job.details
    assert "Starts from 'first', all but the last layer of it." in [event["text"] for event in story(run, "log")]
    run.refresh_from_db()
    assert run.facts["start"] == {"from": "model", "title": "first", "sha256": first.sha256}


def test_continuing_takes_everything_and_needs_the_same_classes(discs, owner, tmp_path):
    jobs.perform(started(discs, owner, title="first").job.id)
    first = NetworkModel.objects.get(title="first")
    config = CONFIG | {"weights_init_type": "continue_training", "lr": 1e-9}

    run = started(discs, owner, title="on", config=config, start_from="model", start_model=first)
    jobs.perform(run.job.id)

    before, after = first.card["scores"], NetworkModel.objects.get(title="on").card["scores"]
    assert after["loss"] == pytest.approx(before["loss"], abs=0.1)
    other = project_of_discs(owner, tmp_path, name="other")
    other.classes.filter(name="disc").update(name="plate")
    found = runs.check(Asked(other, config, "unet_v2_quarter", "model", first)).complaints
    assert "'first' has bg 0, disc 1, neutral 255" in found[0].message


def test_without_network_the_three_ways_on_are_told(discs, owner, monkeypatch):
    monkeypatch.setattr(weights, "URL", "http://127.0.0.1:9/vgg16_bn-6c64b313.pth")
    monkeypatch.setattr(weights.fetch, "__defaults__", (weights.URL,))
    run = started(discs, owner, start_from="imagenet")

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FAILED
    for way in ("upload", "random", "one of My models"):
        assert way in job.problem


def test_imagenet_weights_that_are_there_are_used(discs, owner, data_folder):
    tensors = {name: torch.rand(shape) for name, shape in weights.encoder_shapes().items() if "num_batches" not in name}
    torch.save(tensors, data_folder / "vgg.pth")
    weights.convert(data_folder / "vgg.pth", data_folder / "weights", "a test")
    run = started(discs, owner, start_from="imagenet")

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FINISHED, job.details
    assert "The encoder starts with ImageNet weights." in [event["text"] for event in story(run, "log")]


def test_imagenet_weights_that_were_damaged_meanwhile_are_told(discs, owner, data_folder):
    run = started(discs, owner, start_from="imagenet")
    (data_folder / "weights").mkdir(exist_ok=True)
    (data_folder / "weights" / weights.FILE).write_bytes(b"no weights")

    job = jobs.perform(run.job.id)

    assert job.status == Job.Status.FAILED
    assert job.problem.startswith(f"{weights.FILE} cannot be read")
    assert job.problem.endswith("upload or fetch the weights again")


def test_the_estimate_multiplies_a_timed_step(discs, owner, monkeypatch):
    job = runs.estimate(Asked(discs, CONFIG, "unet_v2_quarter", "random"), owner)

    job = jobs.perform(job.id)

    assert job.status == Job.Status.FINISHED, job.details
    assert job.result["steps"] == 4
    assert job.result["seconds"] > 4 * job.result["seconds_per_step"] > 0
    assert job.result["device"] == "cpu"


def test_the_command_trains_and_answers_in_json(discs, owner, tmp_path, capsys):
    (tmp_path / "t.json").write_text(json.dumps(CONFIG))
    told = ["--project", "discs", "--config", str(tmp_path / "t.json"), "--title", "m", "--network", "unet_v2_quarter"]

    call_command("train", *told, "--start-from", "random", "--json")

    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (answer["title"], answer["status"], len(answer["validations"])) == ("m", "finished", 2)
    call_command("train", *told, "--start-from", "m", "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["title"] == "m_2"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"--project": "nothing"}, "there is no project called 'nothing'"),
        ({"--start-from": "nobody"}, "found 'nobody'"),
        ({"--config": "/nowhere.json"}, "/nowhere.json cannot be read"),
    ],
)
def test_the_command_fails_with_one_sentence(discs, owner, tmp_path, change, sentence):
    (tmp_path / "t.json").write_text(json.dumps(CONFIG))
    told = {
        "--project": "discs",
        "--config": str(tmp_path / "t.json"),
        "--title": "m",
        "--start-from": "random",
    } | change

    with pytest.raises(CommandError, match=sentence):
        call_command("train", *[word for pair in told.items() for word in pair])


def test_titles_that_are_taken_get_a_number(discs, owner):
    for _ in range(2):
        jobs.perform(started(discs, owner, title="same").job.id)

    assert sorted(model.title for model in models.listed(owner)) == ["same", "same_2"]
