"""DTL queries against the projects a user may see: what is wrong with one, its photos, and starting it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from annotator.models import Image, LabelClass, Project
from annotator.raster import photo as raster_photo
from annotator.services import access, masks, photos, projects
from studio import jobs
from studio.errors import Problem, Refused
from studio.models import Job
from studio.sayings import Saying
from studio.texts import form_of, say, told
from training.dtl import graph, query, split
from training.dtl.layers import LAYERS
from training.dtl.layers.layer import Story
from training.dtl.meta import ClassMeta, ProjectMeta
from training.dtl.sample import Source, tag_name

LONGEST_QUERY = 500_000  # characters
TEMPLATES = Path(__file__).resolve().parent.parent / "dtl" / "templates"
TITLES = {
    "tutorial.json": Saying("The tutorial: crops of isolators, mirrored, for training and validation"),
    "split_by_source.json": Saying("The same, split by source photo"),
    "crops_only.json": Saying("Random crops with objects, nothing else"),
}


def schema() -> dict:
    """Every layer with its help and the JSON schema of its settings, and queries to begin with."""
    forms = {action: form_of(layer) for action, layer in LAYERS.items()}
    return {
        "layers": [
            {
                "action": action,
                "title": told(LAYERS[action].title),
                "help": form["description"],
                "schema": form,
                "outputs": list(LAYERS[action].outputs),
            }
            for action, form in forms.items()
        ],
        "templates": [{"name": told(title), "text": (TEMPLATES / file).read_text()} for file, title in TITLES.items()],
    }


# ---------------------------------------------------------------- looking at a query


@dataclass(frozen=True)
class Look:
    """A query with everything said about it, and the projects it may speak of by name."""

    text: str
    checked: graph.Checked
    projects: Mapping[str, Project]
    metas: Mapping[str, ProjectMeta]

    @property
    def graph(self) -> graph.Graph:
        """Only of a query that is fine."""
        assert self.checked.graph is not None, "a query with faults does not run"
        return self.checked.graph

    @cached_property
    def inputs(self) -> list[Project]:
        """The projects whose photos come in, as the text names them."""
        if self.checked.graph is None:
            return []
        taken = {name for name, _ in self.checked.graph.inputs}
        return [self.projects[name] for name in named_in(self.checked.outlines, self.projects) if name in taken]


def look(text: str, user) -> Look:
    """Check a query against the projects of a user. Raises query.QueryRefused when the text is no JSON."""
    if len(text) > LONGEST_QUERY:
        raise query.QueryRefused(Saying("a query has at most {most} characters", most=LONGEST_QUERY), 1, 1)
    document = query.parse(text)
    visible = {project.name: project for project in projects.listed(user)}
    metas = metas_of(visible, named_in(query.outlines_of(document), visible))
    return Look(text, graph.check(document, metas), visible, metas)


def named_in(outlines: Iterable[query.Outline], known: Mapping[str, Any]) -> list[str]:
    """Names of projects that data layers speak of, in the order of the text."""
    entries = [entry.strip("/") for one in outlines if one.action == "data" for entry in one.src]
    return list(
        dict.fromkeys(name for entry in entries for name in known if entry == name or entry.startswith(f"{name}/"))
    )


def meta_of(project: Project) -> ProjectMeta:
    """Classes, datasets and tags of a project."""
    return metas_of({project.name: project}, [project.name])[project.name]


def metas_of(known: Mapping[str, Project], in_full: Iterable[str]) -> dict[str, ProjectMeta]:
    """What a query may say about these projects. Images are only looked at for those of `in_full`."""
    classes: defaultdict[int, list[ClassMeta]] = defaultdict(list)
    for label in LabelClass.objects.filter(project__in=known.values(), deleted_at=None):
        meta = ClassMeta(label.name, label.colour, label.shape, label.key, label.pattern)
        classes[label.project_id].append(meta)
    metas = {name: ProjectMeta(name, tuple(classes[project.pk])) for name, project in known.items()}
    for name in in_full:
        images = known[name].images.filter(deleted_at=None).order_by()
        datasets = images.values_list("dataset", flat=True).distinct()
        tags = dict.fromkeys(tag_name(tag) for own in images.values_list("tags", flat=True) for tag in own)
        metas[name] = ProjectMeta(
            name,
            metas[name].classes,
            tuple(sorted(datasets)),
            tuple(tags),
            has_relatives=images.filter(lineage__has_key="photo").exists(),
        )
    return metas


def check(text: str, user) -> dict:
    """Everything the editor shows beside a query while it is written."""
    try:
        seen = look(text, user)
    except query.QueryRefused as refused:
        complaint = {
            "layer": None,
            "action": "",
            "path": "",
            "message": told(refused.message),
            "text": told(str(refused)),
            "level": "error",
            "line": refused.line,
            "column": refused.column,
        }
        nothing: dict[str, list] = {"nodes": [], "edges": [], "discarded": []}
        return {"ok": False, "complaints": [complaint], "graph": nothing, "result": None, "notes": []}
    checked = seen.checked
    where = query.places(text)
    return {
        "ok": checked.is_ok,
        "complaints": [in_json(one, text, where) for one in checked.complaints],
        "graph": picture(checked),
        "result": {
            "project": checked.saves_as,
            "classes": [{"name": one.name, "colour": one.colour} for one in checked.classes],
            "tags": list(checked.tags),
        },
        "notes": [{**note, "text": told(note["text"])} for note in split.notes(checked, text, seen.metas)],
    }


def in_json(one: query.Complaint, text: str, where: Mapping) -> dict:
    complaint = {
        "layer": one.layer,
        "action": one.action,
        "path": one.path,
        "message": told(one.message),
        "text": told(str(one)),
        "level": one.level,
    }
    if one.layer is None:
        return complaint
    steps = [int(step) if step.isdigit() else step for step in one.path.split(".") if step]
    # The place itself, or what is around it when there is nothing: a setting that is missing has no place.
    while steps and (one.layer - 1, *steps) not in where:
        steps.pop()
    line, column = query.line_and_column(text, where[one.layer - 1, *steps][0])
    return {**complaint, "line": line, "column": column}


def picture(checked: graph.Checked) -> dict:
    """Nodes and edges to draw, also of a query with faults."""
    summaries = {node.number: told(node.layer.summary()) for node in checked.nodes}
    return {
        "nodes": [
            {
                "layer": one.number,
                "action": one.action,
                "title": told(LAYERS[one.action].title) if one.action in LAYERS else one.action,
                "summary": summaries.get(one.number, ""),
                "src": list(one.src),
                "dst": [one.saves_as] if one.saves_as else list(one.dst),
            }
            for one in checked.outlines
        ],
        "edges": [vars(edge) for edge in checked.edges],
        "discarded": [vars(one) for one in checked.discarded],
    }


# ---------------------------------------------------------------- photos


def sources_of(seen: Look) -> list[Source]:
    """The photos of a query that is fine, in the order of its result: by project, dataset and name."""
    taken = seen.graph.inputs
    sources = []
    for project in seen.inputs:
        class_names = dict(project.classes.filter(deleted_at=None).values_list("index", "name"))
        images = project.images.filter(deleted_at=None).select_related("photo").order_by("dataset", "name")
        sources += [
            source_of(image, project, class_names) for image in images if (project.name, image.dataset) in taken
        ]
    return sources


def source_of(image: Image, project: Project, class_names: Mapping[int, str]) -> Source:
    """An image as the core sees it. `about` keeps the row's id."""
    return Source(
        project.name,
        image.dataset,
        image.name,
        image.photo.width,
        image.photo.height,
        class_names=class_names,
        load_planes=lambda: masks.planes_of(image),
        load_pixels=lambda: raster_photo.read(photos.path_of(image.photo)),
        tags=tuple(image.tags),
        # A crop of a crop belongs to the photo both were cut from.
        photo=image.lineage.get("photo") or image.photo.sha256,
        about={"image": image.pk},
    )


# ---------------------------------------------------------------- running


def start(text: str, user, *, seed: int = 0, lossless: bool = False) -> Job:
    """Hand a run of a query to the workers. Raises as `create_job`."""
    job = create_job(text, user, seed=seed, lossless=lossless)
    jobs.enqueue(job)
    return job


def create_job(text: str, user, *, seed: int = 0, lossless: bool = False) -> Job:
    """The job of a run, after checking it. Raises Refused with the query's first fault, NotAllowed for a viewer."""
    seen = fit_to_run(text, user)
    return jobs.create(
        "dtl",
        f"{', '.join(project.name for project in seen.inputs)} → {seen.checked.saves_as}",
        user=user,
        project_id=seen.inputs[0].pk,
        settings={"text": text, "seed": seed, "lossless": lossless},
    )


def fit_to_run(text: str, user, needs: str = "annotator") -> Look:
    """A query without faults on projects the user may use in this way.

    Raises Refused, whose `at` is the layer and path of the first fault, or NotAllowed.
    """
    try:
        seen = look(text, user)
    except query.QueryRefused as refused:
        raise Refused(str(refused), at=f"line {refused.line}") from None
    errors = [one for one in seen.checked.complaints if one.level == "error"]
    if errors:
        first = str(errors[0])
        if len(errors) > 1:
            first = Saying("{problem} ({count} more)", problem=first, count=len(errors) - 1)
        raise Refused(first, at=f"layer {errors[0].layer}" if errors[0].layer else "")
    if not seen.inputs:
        raise Refused(say("The projects this query reads have no photos yet."))
    for project in seen.inputs:
        access.demand(project, needs)
    return seen


def nothing_left(story: Story, seen: Look, photos_seen: int) -> Problem:
    """The sentence for a result without images: where the stream dried up."""
    nodes = graph.in_order(seen.checked.nodes)
    last = max((node for node in nodes if story.arrived[node.number]), key=nodes.index, default=None)
    if last is None:
        return Refused(say("The datasets this query reads have no photos."))
    found = {"photos": photos_seen, "number": last.number, "action": last.action, "summary": last.layer.summary()}
    came = story.arrived[last.number]
    problem = (
        say(
            "The result would be empty: {photos} photos became 1 image at layer {number} ({action}: {summary}), and "
            "none went on from there.",
            **found,
        )
        if came == 1
        else say(
            "The result would be empty: {photos} photos became {images} images at layer {number} ({action}: "
            "{summary}), and none went on from there.",
            images=came,
            **found,
        )
    )
    return Refused(problem)
