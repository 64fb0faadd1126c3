"""What a prediction would do: its config looked at against a model and a project before any work starts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from annotator.models import LabelClass, Project
from inference.tiling.settings import ALL, Complaint, ConfigRefused, InferenceSettings, SlidingWindow, parse
from inference.tiling.windows import grid
from studio.errors import Refused
from studio.sayings import Saying
from training.models import NetworkModel

NEUTRAL = "neutral"
MOST_WINDOWS = 1_000_000  # a photo: a gigapixel through windows of 64 px with half of each shared


@dataclass(frozen=True)
class ResultClass:
    """A class of the result. index: its byte there. was: index in the model's outputs, or in the project's masks."""

    index: int
    name: str
    colour: str
    was: int
    is_predicted: bool
    pattern: str = ""
    shape: str = "bitmap"


@dataclass(frozen=True)
class Scale:
    """Pixels the network sees per pixel of the photo."""

    mean: float
    p5: float
    p95: float


@dataclass(frozen=True)
class Plan:
    """Everything about a prediction that is known beforehand; what is not known (no project chosen yet) is empty."""

    complaints: list[Complaint]
    settings: InferenceSettings = field(default_factory=InferenceSettings)
    classes: list[ResultClass] = field(default_factory=list)
    images: int = 0
    windows: int = 0
    scale_train: Scale | None = None
    scale_inference: Scale | None = None
    suggested_window: int | None = None

    @property
    def is_ready(self) -> bool:
        return not self.complaints

    def kept(self) -> dict[int, int]:
        """Bytes of the project's masks -> bytes of the result, for what is copied."""
        return {one.was: one.index for one in self.classes if not one.is_predicted}

    def predicted(self) -> dict[int, int]:
        """Outputs of the model -> bytes of the result, for what is kept of them."""
        return {one.was: one.index for one in self.classes if one.is_predicted}


def plan(config: object, model: NetworkModel | None, project: Project | None) -> Plan:
    """Check a config as written; model and project may be missing while a form is being filled in."""
    try:
        settings = parse(config)
    except ConfigRefused as refused:
        return Plan(refused.complaints)
    classes, complaints = result_classes(settings, model, project)
    images, windows, seen = looks(settings, model, project)
    if project and not images:
        complaints.append(Complaint("", Saying("{project!r} has no photos to look at", project=project.name)))
    if images and windows > MOST_WINDOWS * images:
        message = Saying(
            "{count:,} windows would be looked at; at most {most:,} a photo are: take larger ones",
            count=windows,
            most=MOST_WINDOWS,
        )
        complaints.append(Complaint("mode.window", message))
    trained = trained_scale(model)
    return Plan(
        complaints,
        settings,
        classes,
        images,
        windows,
        trained,
        seen,
        suggested_window(model, trained) if isinstance(settings.mode, SlidingWindow) else None,
    )


def ready(config: object, model: NetworkModel, project: Project) -> Plan:
    """The plan of a prediction that can start. Raises Refused with the first complaint."""
    found = plan(config, model, project)
    if found.complaints:
        first = found.complaints[0]
        raise Refused(str(first), at=first.path)
    return found


# ---------------------------------------------------------------- classes


def result_classes(
    settings: InferenceSettings, model: NetworkModel | None, project: Project | None
) -> tuple[list[ResultClass], list[Complaint]]:
    """The classes of the result, existing ones first, and what is wrong with the choice."""
    labels = list(project.classes.filter(deleted_at=None)) if project else []
    outputs = model.card.get("classes", []) if model else []
    complaints = []
    if project:
        names = [label.name for label in labels]
        complaints += unknown_names(settings.existing_objects.save_classes, names, "existing_objects")
    if model:
        names = [output["title"] for output in outputs]
        complaints += unknown_names(settings.model_classes.save_classes, names, "model_classes")
    classes: list[ResultClass] = []
    for label in chosen(labels, settings.existing_objects.save_classes, lambda label: label.name):
        name = label.name + settings.existing_objects.add_suffix
        classes.append(ResultClass(len(classes) + 1, name, label.colour, label.index, False, label.pattern))
    for was, output in chosen(list(enumerate(outputs)), settings.model_classes.save_classes, lambda o: o[1]["title"]):
        name = output["title"] + settings.model_classes.add_suffix
        pattern = LabelClass.Pattern.HATCH if name.casefold() == NEUTRAL else LabelClass.Pattern.PLAIN
        classes.append(ResultClass(len(classes) + 1, name, output["color"], was, True, pattern))
    names = [one.name for one in classes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = Saying(
            "non-unique result class names: {names}; give one of them another suffix", names=", ".join(map(repr, twice))
        )
        complaints.append(Complaint("model_classes.add_suffix", message))
    if model and project and not classes and not complaints:
        message = Saying("no class would be kept: the result would be empty")
        complaints.append(Complaint("model_classes.save_classes", message))
    return classes, complaints


def chosen(candidates: Iterable, names: str | list[str], name_of) -> list:
    return [one for one in candidates if names == ALL or name_of(one) in names]


def unknown_names(names: str | list[str], known: list[str], section: str) -> list[Complaint]:
    if names == ALL:
        return []
    has = Saying("it has: {names}", names=", ".join(known)) if known else Saying("it has none")

    def message(name: str) -> Saying:
        if section == "model_classes":
            return Saying("the model has no class {name!r} (upper and lower case count); {has}", name=name, has=has)
        return Saying("the project has no class {name!r} (upper and lower case count); {has}", name=name, has=has)

    return [Complaint(f"{section}.save_classes", message(name)) for name in names if name not in known]


# ---------------------------------------------------------------- windows and scale


def looks(
    settings: InferenceSettings, model: NetworkModel | None, project: Project | None
) -> tuple[int, int, Scale | None]:
    """(photos, windows over all of them, scale at which the network sees them)."""
    if project is None:
        return 0, 0, None
    living = project.images.filter(deleted_at=None).order_by()
    images = windows = 0
    scales: list[tuple[float, int]] = []
    for width, height, count in living.values_list("photo__width", "photo__height").annotate(Count("id")):
        windows_here = grid((width, height), settings.mode)
        images += count
        windows += len(windows_here) * count
        if model:
            scales.append((scale_of(model, windows_here.window), count))
    return images, windows, spread(scales) if scales else None


def scale_of(model: NetworkModel, window: tuple[int, int]) -> float:
    """Geometric mean over both axes: a stretched window has two scales."""
    size = model.card["input_size"]
    return ((size["width"] / window[0]) * (size["height"] / window[1])) ** 0.5


def spread(scales: list[tuple[float, int]]) -> Scale:
    """Mean and 5th and 95th percentile of scales, each with how many photos have it."""
    scales = sorted(scales)
    total = sum(count for _, count in scales)
    mean = sum(scale * count for scale, count in scales) / total

    def percentile(share: float) -> float:
        below = 0
        for scale, count in scales:
            below += count
            if below >= share * total:
                return scale
        return scales[-1][0]

    return Scale(mean, percentile(0.05), percentile(0.95))


def trained_scale(model: NetworkModel | None) -> Scale | None:
    """The scale of the crops a model was trained on, where its card tells."""
    found = (model.card.get("scale") if model else None) or {}
    if not {"mean", "p5", "p95"} <= found.keys() or not found["mean"]:
        return None
    return Scale(found["mean"], found["p5"], found["p95"])


def suggested_window(model: NetworkModel | None, trained: Scale | None) -> int | None:
    """The window side, in photo pixels, at which the network sees things as large as in training."""
    if model is None or trained is None:
        return None
    size = model.card["input_size"]
    return max(1, round((size["width"] * size["height"]) ** 0.5 / trained.mean))
