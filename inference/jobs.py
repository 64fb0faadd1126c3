"""The work of a prediction: photos through the windows, masks and probabilities into the result project."""

import shutil
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from django.conf import settings
from django.db import transaction

from annotator.models import Image, Plane, Project
from annotator.raster.box import Box
from annotator.raster.photo import PhotoRefused
from annotator.raster.plane import SparsePlane
from annotator.services import images, masks, photos, projects
from inference.models import PredictionRun, Probability
from inference.segmenter import Segmenter, load
from inference.services import plans, runs
from inference.tiling.compose import Canvas, overlaid
from inference.tiling.heat import HeatWriter
from inference.tiling.infer import ClassRows, HeatRows, WindowsDone, canvas_size, infer
from inference.tiling.settings import SlidingWindow
from inference.tiling.strips import Rows, open_rows
from inference.tiling.windows import grid
from studio.errors import Refused
from studio.jobs import Cancelled, Run
from studio.sayings import Saying
from training.unet.checkpoint import BadCheckpoint
from training.unet.probe import pick_threads

TELL_S = 0.2  # windows are told a few times a second at most
WORTH_A_PROBE = 32  # windows; fewer are done before a probe would be


@dataclass(frozen=True)
class Done:
    """What has been looked at so far, over all photos."""

    windows: int
    total: int


def predict(run: Run) -> dict:
    """Predict every photo of a project. Photos that were finished before a crash are kept."""
    prediction = PredictionRun.objects.select_related("model", "project", "result").get(job=run.job)
    try:
        return _predict(run, prediction)
    except Cancelled:
        runs.discard(prediction)
        raise


def _predict(run: Run, prediction: PredictionRun) -> dict:
    if prediction.model is None or prediction.project is None:
        raise Refused(Saying("The model or the project of this prediction was deleted."))
    plan = plans.ready(prediction.config, prediction.model, prediction.project)
    network = segmenter_of(run, prediction, plan)
    result = result_project(run, prediction, plan)
    living = prediction.project.images.filter(deleted_at=None)
    sources = list(living.select_related("photo").order_by("dataset", "name", "id"))
    tell_facts(run, prediction, plan, network, len(sources))
    waiting = unfinished(run, result, sources)
    looked_at = plan.windows - sum(count_windows(source, plan) for source in waiting)
    for source, rows in decoded_ahead(waiting):
        image = result_image(source, result, prediction)
        run.record(
            "image",
            image=image.pk,
            source_image=source.pk,
            name=source.name,
            dataset=source.dataset,
            width=source.photo.width,
            height=source.photo.height,
            index=sources.index(source) + 1,
            total=len(sources),
        )
        look(run, prediction, plan, network, source, image, rows, Done(looked_at, plan.windows))
        looked_at += count_windows(source, plan)
    return {"project": result.pk, "images": len(sources), "windows": plan.windows}


# ---------------------------------------------------------------- before the first photo


def segmenter_of(run: Run, prediction: PredictionRun, plan: plans.Plan) -> Segmenter:
    """The network, on the best device there is; what was chosen and why goes to the log."""
    wanted = plan.settings.gpu_devices[0]
    threads = pick_threads()
    try:
        network = load(settings.DATA / prediction.model.folder, gpu=wanted, threads=threads)
    except BadCheckpoint as bad:
        why = str(bad)
        raise Refused(
            Saying("The model {model!r} cannot be used: {why}.", model=prediction.model.title, why=why)
        ) from bad
    if network.device.type == "cpu":
        alone = Saying("There is no GPU {gpu} here, so the CPU predicts, with 1 thread.", gpu=wanted)
        several = Saying(
            "There is no GPU {gpu} here, so the CPU predicts, with {threads} threads.", gpu=wanted, threads=threads
        )
        run.log(several if threads > 1 else alone)
    if plan.windows >= WORTH_A_PROBE:
        run.log(network.probe())
    return network


def result_project(run: Run, prediction: PredictionRun, plan: plans.Plan) -> Project:
    """The project the results go to: the same people, made once however often the job is resumed."""
    if prediction.result is not None:
        return prediction.result
    model = prediction.model
    with transaction.atomic():
        prediction.result = projects.create_project(
            run.settings["result"],
            user=run.job.user,
            classes=plan.classes,
            made_by=run.job,
            source=prediction.project,
            lineage={
                "kind": "predict",
                "model": {"id": model.pk, "title": model.title},
                "config": prediction.config,
                "run": prediction.pk,
                "show_windows": kept_as(plan) is not None,
            },
            members_like=prediction.project,
        )
        prediction.save(update_fields=["result"])
    return prediction.result


def kept_as(plan: plans.Plan) -> str | None:
    """What the windows are called, when they are to be kept to look at."""
    mode = plan.settings.mode
    return mode.class_name if isinstance(mode, SlidingWindow) and mode.save else None


def tell_facts(run: Run, prediction: PredictionRun, plan: plans.Plan, network: Segmenter, count: int) -> None:
    prediction.facts = {
        "device": str(network.device),
        "precision": network.manner.precision,
        "memory_format": network.manner.layout,
        "threads": torch.get_num_threads() if network.device.type == "cpu" else None,
        "batch": network.batch,
        "images": count,
        "windows": plan.windows,
        "project": prediction.result_id,
        "show_windows": kept_as(plan) is not None,
        "window_class": kept_as(plan),
        "classes": [{"index": c.index, "name": c.name, "colour": c.colour} for c in plan.classes if c.is_predicted],
    }
    prediction.save(update_fields=["facts"])
    run.record("facts", **prediction.facts)


# ---------------------------------------------------------------- photo by photo


def unfinished(run: Run, result: Project, sources: list[Image]) -> list[Image]:
    """The photos that are still to be looked at: all of them, unless the job was interrupted and goes on."""
    told = {event.data["image"] for event in run.job.events.filter(kind="image_done")}
    finished = {image.lineage.get("image") for image in result.images.filter(pk__in=told)}
    return [source for source in sources if source.pk not in finished]


def count_windows(image: Image, plan: plans.Plan) -> int:
    return len(grid((image.photo.width, image.photo.height), plan.settings.mode))


def decoded_ahead(sources: list[Image]) -> Iterator[tuple[Image, Rows]]:
    """Each image with its rows, the next one being decoded while this one is looked at."""
    with ThreadPoolExecutor(1, "decode") as pool:
        waiting = None
        for source, following in zip(sources, [*sources[1:], None], strict=True):
            current = waiting or pool.submit(rows_of, source)
            waiting = pool.submit(rows_of, following) if following else None
            yield source, current.result()


def rows_of(image: Image) -> Rows:
    try:
        return open_rows(photos.path_of(image.photo), (image.photo.width, image.photo.height))
    except (PhotoRefused, OSError) as error:
        raise Refused(Saying("{photo} cannot be read: {why}", photo=image.name, why=str(error))) from error


def result_image(source: Image, result: Project, prediction: PredictionRun) -> Image:
    """The same photo under the same name in the result project; the one of before a crash when it is there."""
    known = result.images.filter(dataset=source.dataset, name=source.name).select_related("photo").first()
    if known is not None:
        return known
    return images.add_image(
        result,
        source.photo,
        source.dataset,
        source.name,
        tags=source.tags,
        description=source.description,
        lineage={
            "kind": "predict",
            "image": source.pk,
            "project": source.project_id,
            "dataset": source.dataset,
            "name": source.name,
            "box": [0, 0, source.photo.width, source.photo.height],
            "flips": [],
            "run": prediction.pk,
        },
        user=prediction.job.user,
        tool="predict",
    )


def look(
    run: Run,
    prediction: PredictionRun,
    plan: plans.Plan,
    network: Segmenter,
    source: Image,
    image: Image,
    rows: Rows,
    before: Done,
) -> None:
    """Predict one photo and save everything about it at once."""
    began = time.monotonic()
    mode, predicted = plan.settings.mode, plan.predicted()
    size = canvas_size(rows.size, mode, network.input_size)
    folder = runs.folder_of(prediction) / str(image.pk)
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    # What is left of probability belongs to the background, which has no heat of its own.
    writers = {was: HeatWriter(draft / str(index), size) for was, index in predicted.items() if was > 0}
    canvas, teller = Canvas(rows.size[0], predicted), Teller(run, image, before)
    for event in infer(
        rows, mode, network, input_size=network.input_size, classes=network.classes, batch=network.batch
    ):
        match event:
            case WindowsDone():
                teller.tell(event)
            case HeatRows():
                for was, writer in writers.items():
                    writer.add(event.values[was - 1])
            case ClassRows():
                canvas.add(event.top, event.classes)
    for writer in writers.values():
        writer.finish()
    kept = plan.kept()
    classes, objects = masks.planes_of(source) if kept else (None, None)
    planes = overlaid(canvas.plane(), classes, objects, kept)
    shutil.rmtree(folder, ignore_errors=True)
    if writers:
        draft.replace(folder)
    with transaction.atomic():
        save_mask(image, prediction, planes)
        save_heat(image, prediction, plan, folder, size, writers)
    run.record("image_done", image=image.pk, seconds=round(time.monotonic() - began, 3), class_px=image.class_px)


class Teller:
    """Passes windows on as events, a few times a second, and moves the progress bar."""

    def __init__(self, run: Run, image: Image, before: Done):
        self._run, self._image, self._before = run, image, before
        self._boxes: list[list[int]] = []
        self._told = time.monotonic()

    def tell(self, event: WindowsDone) -> None:
        """Raises Cancelled when the user asked for that."""
        self._boxes += [box.as_list() for box in event.boxes]
        total = self._before.total
        self._run.progress(self._before.windows + event.done, total, f"{self._image.name}: {event.done}/{event.total}")
        if event.done < event.total and time.monotonic() - self._told < TELL_S:
            return
        self._run.record("windows", image=self._image.pk, boxes=self._boxes, done=event.done, total=event.total)
        self._boxes, self._told = [], time.monotonic()


def save_mask(image: Image, prediction: PredictionRun, planes: tuple[SparsePlane, SparsePlane | None]) -> None:
    """The mask as one edit, which a second attempt after a crash finds done.

    Should somebody have painted on the photo while it was looked at, the prediction lies over that, and the strokes
    are in the history.
    """
    versions = {(tile.plane, tile.x, tile.y): tile.version for tile in image.tiles.defer("data")}
    writes = [
        masks.TileWrite(plane, x, y, versions.get((plane, x, y), 0), data)
        for plane, mask in zip((Plane.CLASS, Plane.OBJECT), planes, strict=True)
        if mask is not None
        for (x, y), data in mask.encoded().items()
    ]
    if not writes:
        return
    masks.write_edit(
        image,
        uuid=uuid.uuid5(uuid.NAMESPACE_OID, f"prediction {prediction.pk} image {image.pk}"),
        user=prediction.job.user,
        tool="predict",
        box=Box.of_size(image.photo.width, image.photo.height),
        details={"run": prediction.pk},
        tiles=writes,
    )


def save_heat(
    image: Image,
    prediction: PredictionRun,
    plan: plans.Plan,
    folder: Path,
    size: tuple[int, int],
    writers: dict[int, HeatWriter],
) -> None:
    image.probabilities.all().delete()
    for one in plan.classes:
        if one.is_predicted and one.was in writers:
            Probability.objects.create(
                run=prediction,
                image=image,
                class_name=one.name,
                width=size[0],
                height=size[1],
                levels=writers[one.was].levels,
                folder=str((folder / str(one.index)).relative_to(settings.DATA)),
            )
