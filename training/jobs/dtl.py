"""Running a DTL query: photos in, a new project out, or nothing at all."""

import hashlib
import os
import shutil
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from django.db import transaction

from annotator.models import Image, Photo, Project
from annotator.services import images, photos
from studio import files
from studio.jobs import Run
from studio.sayings import Saying
from training.dtl import encoding, split
from training.dtl.objects import object_plane
from training.dtl.sample import Sample, Source
from training.services import dtl, dtl_results

BATCH = 48  # images that are written together
OPEN_PX = 300_000_000  # of photos that may be decoded at the same time: 0.9 GB
THREADS = min(8, os.cpu_count() or 1)  # OpenCV and libvips work outside of Python's lock


def build(run: Run) -> dict:
    """The work of a job of kind "dtl". settings: {"text", "seed", "lossless"}.

    Picked up after a crash it begins again: the seed makes the result the same.
    """
    dtl_results.discard_leftovers(run.job)
    seen = dtl.fit_to_run(run.settings["text"], run.job.user)
    graph, seed, lossless = seen.graph, run.settings["seed"], run.settings["lossless"]
    sources = dtl.sources_of(seen)
    rows = Image.objects.select_related("photo").in_bulk([source.about["image"] for source in sources])
    run.log(Saying("{count} photos, seed {seed}", count=len(sources), seed=seed))

    story = graph.begin(sources, seed=seed, watch=run.check)
    kept = graph.walk(
        sources,
        seed=seed,
        story=story,
        watch=run.check,
        extension_of=lambda sample: extension_of(sample, rows[sample.source.about["image"]].photo, lossless),
    )
    project = dtl_results.begin(run.job, seen.checked.saves_as, seen.checked.classes, seen.inputs[0])
    numbers = dict(project.classes.values_list("name", "index"))
    tally, written = Tally(), set[str]()
    drafts = dtl_results.drafts_of(run.job)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            try:
                for done in in_order(pool, batches(kept, rows, numbers, lossless, drafts)):
                    written |= take(done, project, drafts, run.job.user)
                    tally.add(done)
                    run.progress(
                        done.sources_done,
                        len(sources),
                        Saying(
                            "{done} of {count} photos, {images} images",
                            done=done.sources_done,
                            count=len(sources),
                            images=tally.images,
                        ),
                    )
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        if not tally.images:
            raise dtl.nothing_left(story, seen, len(sources))
        for why, times in story.dropped.items():
            run.log(Saying("{why} ({times} times)", why=why, times=times), level="warning")
        counts = tally.counts(sources)
        how = split.how(graph, seen.metas)
        run.log(Saying("{count} images", count=tally.images))
        dtl_results.finish(
            project,
            seen.inputs,
            {
                "kind": "dtl",
                "query": run.settings["text"],
                "seed": seed,
                "lossless": lossless,
                "counts": counts,
                "split": how,
                "inputs": [{"id": one.pk, "name": one.name} for one in seen.inputs],
            },
        )
    except BaseException:
        dtl_results.discard(project)
        dtl_results.forget(written)
        raise
    finally:
        shutil.rmtree(drafts, ignore_errors=True)
    return {"project": project.pk, "name": project.name, "split": how, "seed": seed, **counts}


# ---------------------------------------------------------------- cutting and writing, in threads


@dataclass(frozen=True)
class Batch:
    """Some images of one source.

    is_last: the source gives no more.   numbers: of the result's classes, by name.
    drafts:  where files lie until their rows are written.
    """

    source: Source
    samples: list[Sample]
    is_last: bool
    sources_done: int
    photo: Photo
    numbers: Mapping[str, int]
    lossless: bool
    drafts: Path


@dataclass(frozen=True)
class Done:
    """A batch whose files are on disk and whose masks are packed; only rows are missing."""

    samples: list[Sample]
    prepared: list[images.Prepared]
    sources_done: int


def batches(
    kept: Iterator[tuple[Source, Iterator[Sample]]],
    rows: Mapping[int, Image],
    numbers: Mapping[str, int],
    lossless: bool,
    drafts: Path,
) -> Iterator[Batch]:
    """The stream in portions. Masks are read here, because threads have no business with the database."""
    for done, (source, samples) in enumerate(kept, 1):
        photo = rows[source.about["image"]].photo
        portion = list(islice(samples, BATCH))
        while True:
            following = list(islice(samples, BATCH))
            if portion:
                _ = source.regions
            yield Batch(source, portion, not following, done, photo, numbers, lossless, drafts)
            if not following:
                break
            portion = following


def in_order(pool: ThreadPoolExecutor, work: Iterator[Batch]) -> Iterator[Done]:
    """Batches done by several threads, given back in their order. Only a few photos are open at a time."""
    open_work: deque[tuple[Batch, Future[Done]]] = deque()

    def first() -> Done:
        batch, future = open_work.popleft()
        done = future.result()
        if batch.is_last:
            batch.source.drop()
        return done

    for batch in work:
        while open_work and (len(open_work) > THREADS or open_px([batch, *(one for one, _ in open_work)]) > OPEN_PX):
            yield first()
        open_work.append((batch, pool.submit(write, batch)))
    while open_work:
        yield first()


def open_px(batches: list[Batch]) -> int:
    """Pixels of the photos these batches are cut from."""
    sources = {id(batch.source): batch.source for batch in batches}
    return sum(source.width * source.height for source in sources.values())


def write(batch: Batch) -> Done:
    """Cut and encode the photos of a batch, and pack their masks."""
    return Done(batch.samples, [write_one(sample, batch) for sample in batch.samples], batch.sources_done)


def write_one(sample: Sample, batch: Batch) -> images.Prepared:
    classes, ids = sample.masks(batch.numbers)
    return images.prepare(
        None,
        batch.photo if sample.view.is_untouched else cut(sample, batch),
        sample.dataset,
        sample.name,
        tags=sample.tags,
        lineage=sample.lineage(),
        classes=classes,
        objects=object_plane(classes, ids),
    )


def cut(sample: Sample, batch: Batch) -> Photo:
    """A photo as a draft, and the row it will have."""
    form = encoding.format_of(batch.photo.format, batch.lossless)
    data = encoding.encode(sample.pixels(), form)
    digest = hashlib.sha256(data).hexdigest()
    draft = batch.drafts / digest
    draft.write_bytes(data)
    files.sync(draft)
    return Photo(sha256=digest, width=sample.width, height=sample.height, format=form, size=len(data))


def extension_of(sample: Sample, photo: Photo, lossless: bool) -> str:
    own = PurePosixPath(sample.source.name).suffix
    return own if sample.view.is_untouched else encoding.extension_for(own, photo.format, lossless)


# ---------------------------------------------------------------- rows


def take(done: Done, project: Project, drafts: Path, user) -> set[str]:
    """Put the files of a batch into the photo store, then write its rows. Returns the digests of these files.

    Raises whatever happens after removing the files again.
    """
    fresh = {one.image.photo.sha256: one.image.photo for one in done.prepared if one.image.photo.pk is None}
    try:
        for digest, photo in fresh.items():
            dtl_results.promote(drafts / digest, photos.place(digest, photo.format))
        for folder in {photos.place(digest, photo.format).parent for digest, photo in fresh.items()}:
            files.sync(folder)
        with transaction.atomic():
            for one in done.prepared:
                photo = one.image.photo
                if photo.pk is None:
                    wanted = {"width": photo.width, "height": photo.height, "format": photo.format, "size": photo.size}
                    photo, _ = Photo.objects.get_or_create(sha256=photo.sha256, defaults=wanted)
                one.image.project, one.image.photo = project, photo
            images.add_all(done.prepared, user=user, tool="dtl")
    except BaseException:
        dtl_results.forget(fresh)
        raise
    return set(fresh)


class Tally:
    """What came out, counted as it comes."""

    def __init__(self) -> None:
        self.images = 0
        self.objects = 0
        self.tags: Counter[str] = Counter()
        self.photos: dict[str, set[str]] = {}  # of each tag
        self.sources: set[str] = set()

    def add(self, done: Done) -> None:
        self.images += len(done.prepared)
        self.objects += sum(one.image.object_count for one in done.prepared)
        for sample in done.samples:
            self.sources.add(sample.source.key)
            for name in dict.fromkeys(sample.tag_names()):
                self.tags[name] += 1
                self.photos.setdefault(name, set()).add(sample.source.photo)

    def counts(self, sources: list[Source]) -> dict:
        """For the lineage. shared_photos: those that training and validation both have something of."""
        shared = self.photos.get("train", set()) & self.photos.get("val", set())
        return {
            "images": self.images,
            "objects": self.objects,
            "photos": len(sources),
            "photos_used": len(self.sources),
            "tags": dict(self.tags),
            "train": self.tags["train"],
            "val": self.tags["val"],
            "shared_photos": len(shared),
        }
