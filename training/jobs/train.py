"""Training, its estimate and its starting weights: where rows, files and the network meet. Runs in the worker."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from django.conf import settings
from django.db import transaction

from annotator.models import Image, Upload
from annotator.raster import photo as raster_photo
from annotator.services import masks, photos, uploads
from studio import files
from studio.errors import Conflict, Problem, Refused
from studio.jobs import Cancelled, Run
from studio.sayings import Saying
from training.models import Checkpoint, NetworkModel, TrainingRun
from training.services import models, runs, samples
from training.services import weights as weights_service
from training.unet import checkpoint, fit, weights
from training.unet.cache import Cache, Source, TooManyCorrupted, shrink_mask
from training.unet.classes import NEUTRAL, ClassesRefused, ClassMap, lookup_table
from training.unet.fit import Ended, Noted, Saved, Trained, TrainingFailed, Validated
from training.unet.net import MEAN, STD, UNetV2, build, parameters, take_over
from training.unet.probe import Choice, choose, pick_device, pick_threads, step_of, timed
from training.unet.settings import CONTINUE, TrainSettings

PREPARING = 0.03  # of the progress bar
MEMORY_SHARE = 0.5  # of the free memory that prepared samples may take
AMPLE = 4  # a photo so many times the input in both directions is decoded smaller at once
LONG_S = 30.0  # a whole batch that would take longer is estimated from the probe


def train(run: Run) -> dict:
    """A training run from its first step, or from where it was when its worker died, to a model in My models."""
    row = TrainingRun.objects.select_related("job", "project", "start_model").get(job_id=run.job.pk)
    runs.discard_cancelled()
    try:
        return _train(run, row)
    except Cancelled:
        if run.wants("cancel"):  # else another worker goes on with it
            runs.discard(row)
        raise
    except (
        ClassesRefused,
        TooManyCorrupted,
        TrainingFailed,
        checkpoint.BadCheckpoint,
        weights.WeightsRefused,
    ) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        sentence = Saying(
            "A file could not be read or written ({why}). What was saved is kept; Resume goes on there.", why=str(error)
        )
        raise Problem(sentence) from error


def _train(run: Run, row: TrainingRun) -> dict:
    if row.facts.get("ended"):  # only the end of the job was not written any more
        return _result(row, _model(run, row))
    if row.project is None:
        raise Refused(Saying("the project this run was to train on is gone"))
    torch.set_num_threads(pick_threads())
    config = TrainSettings.model_validate(row.config)
    folder = runs.folder_of(row)
    state = checkpoint.load_state(folder / "state")
    if run.resumed:
        _resumed(run, row, state)
    data = _data(run, row, config, folder)
    device, about_device = pick_device(config.gpu_devices)
    run.log(about_device)
    if config.data_workers.train or config.data_workers.val:
        run.log(Saying("data_workers are not needed here: every sample is prepared once, before the first step."))
    net = _network(run, row, config, data.classes, fresh=state is None)
    train_cache, val_cache = _prepare(run, data, config)
    choice = Choice(**state.facts["choice"]) if state else _choose(run, net, config, device)
    _tell_facts(run, row, data, config, device, choice, net, (train_cache, val_cache))

    told = {
        "folder": folder,
        "card": _card(row, data, config),
        "foreground": data.classes.foreground,
        "device": device,
        "choice": choice,
        "seed": row.seed,
        "state": state,
    }
    ended = None
    with closing(fit.fit(net, train_cache, val_cache, config, wants_stop=_asker(run), **told)) as events:
        for event in events:
            match event:
                case Ended():
                    ended = event
                case _:
                    _tell(run, row, event, row.facts["steps"])
    if ended is not None and ended.stopped:
        run.log(Saying("Stopped after step {step} as asked; the weights are kept.", step=ended.step))
    model = _model(run, row)
    row.facts["ended"] = True
    row.save(update_fields=["facts"])
    shutil.rmtree(folder / "state", ignore_errors=True)  # from here on nothing is left to go on with
    return _result(row, model)


def _result(row: TrainingRun, model: NetworkModel) -> dict:
    return {"run": row.pk, "model": model.pk, "title": model.title, "scores": model.card["scores"]}


def _asker(run: Run) -> Callable[[], bool]:
    def wants_stop() -> bool:
        run.check()
        return run.wants("stop")

    return wants_stop


# ---------------------------------------------------------------- before the first step


def _resumed(run: Run, row: TrainingRun, state: checkpoint.State | None) -> None:
    """Say where the story goes on: what was told of later steps before is about to be told again."""
    step = state.facts["step"] if state else 0
    run.record("resumed", from_step=step)
    again = Saying("Starts again from the first step: nothing was saved before.")
    run.log(Saying("Goes on after step {step}.", step=step) if step else again)
    if state is None:
        runs.discard(row)
    else:
        _adopt_written(run, row, up_to=len(state.facts["losses"]))


def _data(run: Run, row: TrainingRun, config: TrainSettings, folder: Path) -> samples.Data:
    """Classes and images. A resumed run keeps the split it began with, whatever was tagged since."""
    assert row.project is not None, "asked before"
    found, data = samples.complaints(row.project, config)
    for complaint in found:
        if complaint.level == "error":
            raise Refused(complaint.message, at=complaint.path)
        if not run.resumed:
            run.log(complaint.message, complaint.level)
    assert data is not None, "without data there is a complaint"
    path = folder / "split.json"
    if path.exists():
        known = json.loads(path.read_text())
        by_id = Image.objects.filter(deleted_at=None).select_related("photo").in_bulk(known["train"] + known["val"])
        parts = {part: [by_id[pk] for pk in known[part] if pk in by_id] for part in ("train", "val")}
        return samples.Data(data.classes, data.painted, **parts)
    with files.writing(path) as temporary:
        temporary.write_text(json.dumps(data.split()))
    return data


def _network(run: Run, row: TrainingRun, config: TrainSettings, classes: ClassMap, *, fresh: bool) -> UNetV2:
    """The network with the weights it starts from; those of a resumed run come with its state."""
    net = build(row.network, len(classes.outputs), seed=row.seed)
    if not fresh or row.start_from == runs.RANDOM:
        return net
    if row.start_from == runs.IMAGENET:
        weights.start_encoder(net, weights.read_encoder(imagenet(run)))
        run.log(Saying("The encoder starts with ImageNet weights."))
        return net
    if row.start_model is None:
        raise Refused(Saying("the model this run was to start from is gone"))
    source = models.folder_of(row.start_model)
    tensors = checkpoint.read_weights(source, checkpoint.read_card(source))
    continues = config.weights_init_type == CONTINUE
    take_over(net, tensors, head=continues)
    title = row.start_model.title
    without_head = Saying("Starts from {model!r}, all but the last layer of it.", model=title)
    run.log(Saying("Starts from {model!r}, all of it.", model=title) if continues else without_head)
    return net


def _prepare(run: Run, data: samples.Data, config: TrainSettings) -> tuple[Cache, Cache]:
    """Every photo decoded and stretched, every mask in the network's numbers."""
    total = len(data.train) + len(data.val)
    size = (config.input_size.width, config.input_size.height)
    memory = int(MEMORY_SHARE * free_memory() / total)
    caches, before = [], 0
    parts = ((data.train, config.allow_corrupted_samples.train), (data.val, config.allow_corrupted_samples.val))
    for images, allowed in parts:
        cache = Cache(len(images), size, memory_bytes=memory * len(images), folder=settings.DATA)
        sources = _sources(images, data, size)
        for news in cache.fill(sources, threads=pick_threads(), allow_corrupted=allowed):
            if news.problem:
                run.log(news.problem, "warning")
            done = before + news.done
            doing = Saying("Preparing samples, {done} of {count}", done=done, count=total)
            run.progress(PREPARING * done / total, 1, doing)
        if not len(cache):
            raise Refused(Saying("none of the samples could be read"))
        before += len(images)
        caches.append(cache)
    return caches[0], caches[1]


def _sources(images: list[Image], data: samples.Data, size: tuple[int, int]) -> Iterator[Source]:
    """Rows are read here, one image at a time; photos by the threads that ask for them."""
    table = lookup_table(data.painted, data.classes.indices)
    for image in images:
        classes, _ = masks.planes_of(image)
        mask = table[shrink_mask(classes, image.photo.width, image.photo.height, size)]
        yield Source(f"{image.dataset}/{image.name}", _reader(image, size), mask)


def _reader(image: Image, size: tuple[int, int]) -> Callable[[], np.ndarray]:
    path = photos.path_of(image.photo)
    spare = min(image.photo.width / size[0], image.photo.height / size[1]) / AMPLE
    longest = max(image.photo.width, image.photo.height)

    def read() -> np.ndarray:
        return raster_photo.read_reduced(path, round(longest / spare)) if spare > 1 else raster_photo.read(path)

    return read


def _choose(run: Run, net: UNetV2, config: TrainSettings, device: torch.device) -> Choice:
    run.progress(PREPARING, 1, Saying("Choosing precision"))
    probed = choose(net, config, device)
    run.log(str(probed))
    return probed.choice


def free_memory() -> int:
    """Bytes that can be had without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 2 << 30


# ---------------------------------------------------------------- what a run says


def _tell_facts(
    run: Run,
    row: TrainingRun,
    data: samples.Data,
    config: TrainSettings,
    device: torch.device,
    choice: Choice,
    net: UNetV2,
    caches: tuple[Cache, Cache],
) -> None:
    """Everything the run found out, once as an event and once in its row."""
    per_epoch = config.steps_per_epoch(len(caches[0]))
    told = {
        "device": str(device),
        "precision": choice.precision,
        "memory_format": choice.layout,
        "threads": torch.get_num_threads(),
        "classes": dict(data.classes.indices),
        "train": len(caches[0]),
        "val": len(caches[1]),
        "steps_per_epoch": per_epoch,
        "steps": per_epoch * config.epochs,
        "epochs": config.epochs,
        "parameters": parameters(net),
        "seed": row.seed,
        "network": row.network,
    }
    digests = {"train": caches[0].digest(), "val": caches[1].digest()}
    before = row.facts.get("data_sha256")
    if before and before != digests:
        text = Saying("The project was edited since this run began: it goes on with the masks as they are now.")
        run.log(text, "warning")
    row.facts = told | {
        "leak": data.leak,
        "scale": samples.scale(data.train, config),
        "device_name": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or "CPU",
        "split_sha256": samples.split_digest(data),
        "data_sha256": digests,
        "start": _start_facts(row),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "opencv": cv2.__version__,
            "numpy": np.__version__,
            "cudnn": torch.backends.cudnn.version() if device.type == "cuda" else None,
        },
    }
    row.save(update_fields=["facts"])
    run.record("facts", **told)


def _start_facts(row: TrainingRun) -> dict:
    if row.start_from == runs.IMAGENET:
        return {"from": runs.IMAGENET, "sha256": weights_service.imagenet()["sha256"]}
    if row.start_from == runs.MODEL and row.start_model:
        return {"from": runs.MODEL, "title": row.start_model.title, "sha256": row.start_model.sha256}
    return {"from": runs.RANDOM}


def _card(row: TrainingRun, data: samples.Data, config: TrainSettings) -> dict:
    """What every checkpoint's model.json says, whatever its epoch."""
    neutral = next((title for title, index in data.classes.indices.items() if index == NEUTRAL), None)
    return {
        "network": row.network,
        "classes": [
            {"title": output.title, "color": output.color, "shape": output.shape} for output in data.classes.outputs
        ],
        "class_title_to_idx": dict(data.classes.indices),
        "neutral": neutral,
        "input_size": config.input_size.model_dump(),
        "mean": MEAN,
        "std": STD,
        "scale": samples.scale(data.train, config),
        "settings": config.model_dump(),
        "trained": {
            "title": row.title,
            "project": row.project.name if row.project else None,
            "train": len(data.train),
            "val": len(data.val),
            "leak": data.leak,
            "seed": row.seed,
            "start": _start_facts(row),
            "device": row.facts.get("device"),
            "precision": row.facts.get("precision"),
            "data_sha256": row.facts.get("data_sha256"),
            "versions": row.facts.get("versions"),
        },
    }


def _tell(run: Run, row: TrainingRun, event: fit.Event, steps: int) -> None:
    """An event of the core as events of the job."""
    match event:
        case Noted():
            run.log(event.text, event.level)
        case Trained():
            done = event.steps[-1]["step"] / steps
            run.record(
                "train", steps=list(event.steps), images_per_s=round(event.images_per_s, 2), eta_s=round(event.eta_s, 1)
            )
            step, speed = event.steps[-1]["step"], round(event.images_per_s, 1)
            doing = Saying("Step {step} of {count}, {speed:,.1f} images/s", step=step, count=steps, speed=speed)
            run.progress(PREPARING + (1 - PREPARING) * done, 1, doing)
        case Validated():
            run.record(
                "val", step=event.step, epoch=event.epoch, number=event.number, loss=event.loss, lr=event.lr,
                best=event.is_best, **event.scores,
            )  # fmt: skip
        case Saved():
            validated, written = event.validated, event.written
            metrics = {"loss": validated.loss, **validated.scores}
            kept = {"epoch": validated.epoch, "metrics": metrics, "is_best": validated.is_best}
            _note_checkpoint(run, row, validated.number, size=written.size, sha256=written.sha256, **kept)


def _note_checkpoint(run: Run, row: TrainingRun, number: int, **kept: Any) -> None:
    """The row of a checkpoint whose files are complete; one of an earlier attempt of the run is replaced."""
    with transaction.atomic():
        if kept["is_best"]:
            row.checkpoints.update(is_best=False)
        found, _ = Checkpoint.objects.update_or_create(
            run=row,
            number=number,
            defaults={"folder": f"checkpoints/{row.pk}/{number:04d}", "swept_at": None, **kept},
        )
    told = {name: kept[name] for name in ("epoch", "metrics", "is_best", "size")}
    run.record("checkpoint", id=found.pk, number=number, **told)


def _adopt_written(run: Run, row: TrainingRun, up_to: int | None = None) -> None:
    """Rows for checkpoints that were complete on disk when the worker died before it could say so."""
    known = set(row.checkpoints.values_list("number", flat=True))
    for path in sorted(runs.folder_of(row).glob("[0-9]*")):
        number = int(path.name)
        if number in known or (up_to is not None and number > up_to):
            continue
        card = checkpoint.read_card(path)
        kept = {"epoch": card["epoch"], "metrics": card["scores"], "is_best": card["is_best"]}
        size = sum(file.stat().st_size for file in path.iterdir())
        _note_checkpoint(run, row, number, size=size, sha256=card["weights"]["sha256"], **kept)


def _model(run: Run, row: TrainingRun) -> NetworkModel:
    """The last checkpoint under the run's title; when a crash came after it was made, that one."""
    last = row.checkpoints.order_by("-number").first()
    if last is None:
        raise Conflict(Saying("the run ended before its first checkpoint"))
    model = row.models.filter(checkpoint=last).first() or runs.model_of(last, row.title, row.job.user)
    run.record("model", id=model.pk, title=model.title)
    return model


# ---------------------------------------------------------------- starting weights


def imagenet(run: Run) -> Path:
    """The encoder's ImageNet weights, fetched now unless they are there. Raises Refused with the three ways on."""
    path = weights_service.folder() / weights.FILE
    if path.exists():
        return path
    run.log(Saying("Fetching ImageNet weights from {address}, once.", address=weights.URL))
    download = weights_service.folder() / weights.URL.rpartition("/")[2]
    try:
        with closing(weights.fetch(download)) as news:
            for fetched in news:
                mb, total = fetched.received / 1e6, fetched.total / 1e6
                share = PREPARING * fetched.received / fetched.total if fetched.total else 0
                doing = Saying("Fetching ImageNet weights, {done:,.0f} of {total:,.0f} MB", done=mb, total=total)
                run.progress(share, 1, doing)
        path = weights.convert(download, weights_service.folder(), weights.URL)
    except weights.WeightsRefused as error:
        sentence = Saying(
            "The ImageNet weights could not be had: {why}. {ways_on}", why=error.saying, ways_on=weights_service.WAYS_ON
        )
        raise Refused(sentence) from error
    finally:
        download.unlink(missing_ok=True)
    run.log(Saying("The checksum is right; the encoder's part is kept."))
    return path


def fetch_weights(run: Run) -> dict:
    """Bring the ImageNet weights into the data folder: from an uploaded file, or from torchvision's address."""
    if "upload" not in run.settings:
        imagenet(run)
        return weights_service.imagenet()
    upload = Upload.objects.filter(pk=run.settings["upload"]).first()
    if upload is None:
        raise Refused(Saying("the uploaded file is gone; upload it again"))
    name = Path(upload.name).name
    run.progress(0, 1, Saying("Reading {file}", file=name))
    # The store's file has no extension; the reader goes by it.
    named = weights_service.folder() / f".upload-{upload.pk}{Path(name).suffix.lower()}"
    named.parent.mkdir(parents=True, exist_ok=True)
    try:
        named.unlink(missing_ok=True)
        named.hardlink_to(uploads.path_of(upload))
        weights.convert(named, weights_service.folder(), weights_service.UPLOADED + name)
    except weights.WeightsRefused as error:
        raise Refused(error.saying.but(file=name)) from error
    finally:
        named.unlink(missing_ok=True)
    uploads.discard(upload)
    return weights_service.imagenet()


# ---------------------------------------------------------------- how long it would take


def probe(run: Run) -> dict:
    """Time one step and one validation batch on noise of the configured size."""
    torch.set_num_threads(pick_threads())
    config = TrainSettings.model_validate(run.settings["config"])
    expected = run.settings["expected"]
    device, about_device = pick_device(config.gpu_devices)
    run.log(about_device)
    net = build(run.settings["network"], expected["outputs"])
    run.progress(0.1, 1, Saying("Choosing precision"))
    probed = choose(net, config, device)
    run.log(str(probed))
    run.progress(0.6, 1, Saying("Timing a step"))
    batch = min(config.batch_size.train, expected["train"])
    seconds = _step_seconds(net, config, device, probed.choice, batch, min(probed.seconds.values(), default=LONG_S))
    steps = expected["steps"]
    # A validation sample costs a forward pass, a third of a training step's work.
    validating = expected["checkpoints"] * expected["val"] * seconds / batch / 3
    return {
        "seconds_per_step": seconds,
        "steps": steps,
        "seconds": steps * seconds + validating,
        "images_per_s": batch / seconds,
        "device": str(device),
        "precision": probed.choice.precision,
        "memory_format": probed.choice.layout,
    }


def _step_seconds(
    net: UNetV2, config: TrainSettings, device: torch.device, choice: Choice, batch: int, per_sample_s: float
) -> float:
    if per_sample_s * batch > LONG_S:
        return per_sample_s * batch
    step = step_of(net, config, device, choice, batch)
    return min(timed(step, device) for _ in range(2))
