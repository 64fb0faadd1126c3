"""Layers wired together: what is wrong with them, and the stream of samples they make."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from studio.sayings import Saying
from training.dtl.layers.branch import If
from training.dtl.layers.conditions import Probability
from training.dtl.layers.data import Data
from training.dtl.layers.layer import Story, Turn, rng_for
from training.dtl.meta import ClassMeta, Meta, ProjectMeta, hint, union
from training.dtl.names import Names, extension
from training.dtl.query import NOWHERE, Complaint, Level, Node, Outline, nodes_of, outlines_of
from training.dtl.sample import Sample, Source

Dataset = tuple[str, str]  # project, dataset
One = TypeVar("One", Node, Outline)
LONGEST = 300  # characters of a dataset's name
MANY = 200  # sources whose masks may stay in memory while a split is planned


@dataclass(frozen=True)
class Edge:
    """A variable on its way from an output of one layer to another layer."""

    from_layer: int
    output: int
    to_layer: int
    name: str


@dataclass(frozen=True)
class Discarded:
    """An output that nobody reads."""

    layer: int
    output: int
    name: str


@dataclass(frozen=True)
class Graph:
    """A query without faults, ready to run.

    feeds:     of each data layer, the datasets it takes.
    prefixed:  datasets whose name occurs in two input projects: theirs gets the project's name before it.
    """

    nodes: tuple[Node, ...]
    feeds: Mapping[int, frozenset[Dataset]]
    prefixed: frozenset[Dataset] = frozenset()

    @property
    def inputs(self) -> frozenset[Dataset]:
        return frozenset(chain.from_iterable(self.feeds.values()))

    @property
    def saves_as(self) -> str:
        return next(node.saves_as for node in self.nodes if node.saves_as)

    @property
    def splits(self) -> list[tuple[Node, Probability]]:
        """Layers that divide by source photo, each behind those it depends on, with their condition."""
        chances = [(node, node.layer.chance) for node in in_order(self.nodes) if isinstance(node.layer, If)]
        return [(node, chance) for node, chance in chances if chance is not None and chance.split_by == "source"]

    def run(self, sources: Sequence[Source], *, seed: int, **more) -> Iterator[Sample]:
        """Everything that reaches the result, source by source, depth first. See `walk`."""
        for _, samples in self.walk(sources, seed=seed, **more):
            yield from samples

    def walk(
        self,
        sources: Sequence[Source],
        *,
        seed: int,
        story: Story | None = None,
        extension_of: Callable[[Sample], str] = extension,
        watch: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[Source, Iterator[Sample]]]:
        """Each source with the samples made of it, which have to be taken before the next source.

        No photo is opened here: a sample's pixels are read when somebody asks for them.

        sources: in the order of the result; those no data layer takes are passed over.
        story:   from `begin`, when the split was planned before.
        watch:   called at every step, to raise when it is enough.
        """
        story = story or self.begin(sources, seed=seed, watch=watch)
        names = Names(extension_of)
        for source in sources:
            yield source, (names.give(sample) for sample in self._samples(source, story, watch))

    def begin(self, sources: Sequence[Source], *, seed: int, watch: Callable[[], None] = lambda: None) -> Story:
        """Decide for each split by source which photos go where. Photos that do not come that far have no say."""
        story = Story(seed)
        for split, chance in self.splits:
            only = self._before(split)
            photos: dict[str, None] = {}
            for source in sources:
                if source.photo not in photos:
                    arrivals = self._samples(source, story, watch, until=split.number, only=only)
                    if next(arrivals, None) is not None:
                        photos[source.photo] = None
                    if len(sources) > MANY:
                        source.drop()
            # What was counted on the way to the decision counts again in the run itself.
            for counter in (story.counts, story.arrived, story.dropped):
                counter.clear()
            story.false_photos[split.number] = false_photos(split.number, chance, list(photos), seed)
        return story

    def _samples(
        self,
        source: Source,
        story: Story,
        watch: Callable[[], None],
        until: int | None = None,
        only: frozenset[int] | None = None,
    ) -> Iterator[Sample]:
        """What a source becomes at the save layer, or at layer `until`, by way of the layers in `only`."""
        consumers = consumers_of(self.nodes if only is None else [node for node in self.nodes if node.number in only])

        def through(node: Node, sample: Sample) -> Iterator[Sample]:
            watch()
            story.arrived[node.number] += 1
            if node.number == until or node.saves_as:
                yield sample
                return
            results = node.layer.process(sample, Turn(node.number, sample, story))
            for which, (output, result) in enumerate(results):
                result = result.after(node.number, which)
                for consumer in consumers[node.dst[output]]:
                    yield from through(consumer, result)

        here = (source.project, source.dataset)
        first = Sample.of(source)
        if here in self.prefixed:
            first = replace(first, dataset=f"{source.project}__{source.dataset}"[:LONGEST])
        for node in self.nodes:
            if here in self.feeds.get(node.number, ()) and (only is None or node.number in only):
                yield from through(node, first)

    def _before(self, last: Node) -> frozenset[int]:
        """The numbers of the layers something passes before it reaches a layer, and its own."""
        return frozenset({last.number} | ancestors(self.nodes, last))


@dataclass(frozen=True)
class Checked:
    """All there is to say about a query before it runs. `graph` is None when something is wrong."""

    complaints: tuple[Complaint, ...]
    nodes: tuple[Node, ...] = ()  # those that could be read
    outlines: tuple[Outline, ...] = ()  # all of them
    edges: tuple[Edge, ...] = ()
    discarded: tuple[Discarded, ...] = ()
    classes: tuple[ClassMeta, ...] = ()
    tags: tuple[str, ...] = ()
    saves_as: str = ""
    graph: Graph | None = field(default=None, compare=False)

    @property
    def is_ok(self) -> bool:
        return self.graph is not None


def check(query: object, projects: Mapping[str, ProjectMeta]) -> Checked:
    """Everything that is wrong with a query, at once, and what its result will be like.

    query:    JSON values, from `query.parse`.
    projects: by name; those the user may read.
    """
    nodes, complaints = nodes_of(query)
    if not isinstance(query, list):
        return Checked(tuple(complaints))
    outlines = outlines_of(query)
    complaints += ends(outlines)
    complaints += doubled(nodes)
    complaints += undefined(nodes, outlines)
    complaints += loops(nodes)
    feeds, more = feeds_of(nodes, projects)
    complaints += more
    metas, more = metas_of(nodes, feeds, projects)
    complaints += more
    discarded = list(discarded_of(outlines))
    complaints += unread(discarded, outlines)

    save = next((node for node in nodes if node.saves_as), None)
    result = metas.get(save.number) if save else None
    graph = None
    if all(one.level == "info" for one in complaints):
        assert save is not None
        graph = Graph(tuple(nodes), feeds, same_names(feeds))
    return Checked(
        complaints=tuple(sorted(complaints, key=lambda one: (one.layer or 0, one.level == "info"))),
        nodes=tuple(nodes),
        outlines=tuple(outlines),
        edges=tuple(edges_of(outlines)),
        discarded=tuple(discarded),
        classes=result.classes if result else (),
        tags=result.tags if result else (),
        saves_as=save.saves_as if save else "",
        graph=graph,
    )


# --- what can be wrong ----------------------------------------------------------------------------------------------


def ends(outlines: Sequence[Outline]) -> Iterator[Complaint]:
    """A beginning and exactly one end. Layers with faults count: those faults are told already."""
    if not any(one.action == "data" for one in outlines):
        message = Saying("there is no data layer; begin with {layer}", layer='{"action": "data", ...}')
        yield Complaint(None, "", "", message)
    saves = [one for one in outlines if one.action == "supervisely"]
    if not saves:
        message = Saying("there is no save layer; end with {layer}", layer='{"action": "supervisely", ...}')
        yield Complaint(None, "", "", message)
    for one in saves[1:]:
        message = Saying(
            "is a second save layer beside layer {number}; a query has one result: give both as its src",
            number=saves[0].number,
        )
        yield Complaint(one.number, one.action, "", message)


def doubled(nodes: Iterable[Node]) -> Iterator[Complaint]:
    """Two layers that write to one variable."""
    first: dict[str, int] = {}
    for node in nodes:
        for i, name in enumerate(node.dst):
            if name == NOWHERE:
                continue
            if name in first:
                path = f"dst.{i}" if len(node.dst) > 1 else "dst"
                own = first[name] == node.number
                other = Saying("this layer already") if own else Saying("layer {number}", number=first[name])
                message = Saying(
                    "{name!r} is written by {other}; use another name and list both as src where they meet",
                    name=name,
                    other=other,
                )
                yield Complaint(node.number, node.action, path, message)
            first.setdefault(name, node.number)


def undefined(nodes: Iterable[Node], outlines: Iterable[Outline]) -> Iterator[Complaint]:
    """Variables that nobody writes, not even a layer with faults."""
    written = {name for one in outlines for name in one.dst if name != NOWHERE}
    for node in nodes:
        for i, name in enumerate(node.reads):
            if name not in written:
                message = Saying("no layer writes {name!r}; {hint}", name=name, hint=hint(name, written))
                yield Complaint(node.number, node.action, f"src.{i}", message)


def unread(discarded: Iterable[Discarded], outlines: Sequence[Outline]) -> Iterator[Complaint]:
    """Variables that nobody reads. That is no fault, but it may be a slip of the pen."""
    actions = {one.number: one.action for one in outlines}
    for one in discarded:
        if one.name != NOWHERE:
            message = Saying("nobody reads {name!r}, so what goes there is discarded", name=one.name)
            yield Complaint(one.layer, actions[one.layer], "dst", message, "info")


def loops(nodes: Sequence[Node]) -> Iterator[Complaint]:
    """Each ring of layers once, told at its first layer."""
    consumers = consumers_of(nodes)
    state: dict[int, str] = {}
    trail: list[Node] = []
    found: list[list[int]] = []

    def visit(node: Node) -> None:
        state[node.number] = "open"
        trail.append(node)
        for consumer in (consumer for name in node.dst for consumer in consumers[name]):
            if state.get(consumer.number) == "open":
                found.append([one.number for one in trail[trail.index(consumer) :]])
            elif consumer.number not in state:
                visit(consumer)
        trail.pop()
        state[node.number] = "done"

    for node in nodes:
        if node.number not in state:
            visit(node)
    for ring in found:
        start = ring.index(min(ring))
        ring = ring[start:] + ring[:start]
        way = " → ".join(map(str, [*ring, ring[0]]))
        message = Saying("is part of a loop ({way}): nothing may come back to where it has been", way=way)
        yield Complaint(ring[0], by_number(nodes)[ring[0]].action, "src", message)


def feeds_of(
    nodes: Iterable[Node], projects: Mapping[str, ProjectMeta]
) -> tuple[dict[int, frozenset[Dataset]], list[Complaint]]:
    """The datasets each data layer takes."""
    feeds, complaints = {}, []
    for node in nodes:
        if not isinstance(node.layer, Data):
            continue
        taken: set[Dataset] = set()
        for i, entry in enumerate(node.src):
            project, dataset = project_and_dataset(entry, projects)
            path = f"src.{i}"
            if project not in projects:
                complaints.append(Complaint(node.number, node.action, path, unknown_project(project, projects)))
            elif dataset == "*":
                taken |= {(project, one) for one in projects[project].datasets}
            elif dataset in projects[project].datasets:
                taken.add((project, dataset))
            else:
                message = Saying(
                    "project {project!r} has no dataset {dataset!r}; {hint}",
                    project=project,
                    dataset=dataset,
                    hint=hint(dataset, projects[project].datasets),
                )
                complaints.append(Complaint(node.number, node.action, path, message))
        feeds[node.number] = frozenset(taken)
    return feeds, complaints


def unknown_project(name: str, projects: Mapping[str, ProjectMeta]) -> Saying:
    """That it is not there, and what to do about it."""
    if not projects:
        return Saying(
            "no project is called {name!r}; there are none yet: import photos or make the sample project first, "
            "then choose it in this data layer",
            name=name,
        )
    return Saying(
        "no project is called {name!r}; choose another one in this data layer ({hint})",
        name=name,
        hint=hint(name, projects),
    )


def metas_of(
    nodes: Sequence[Node], feeds: Mapping[int, frozenset[Dataset]], projects: Mapping[str, ProjectMeta]
) -> tuple[dict[int, Meta], list[Complaint]]:
    """Classes and tags behind each layer, folded along the graph; layers behind a fault are left out."""
    metas: dict[int, Meta] = {}
    complaints: list[Complaint] = []
    writers = {name: node.number for node in nodes for name in node.dst}

    for node in in_order(nodes):

        def say(path: str, message: Saying, level: Level = "error", node: Node = node) -> None:
            complaints.append(Complaint(node.number, node.action, path, message, level))

        def in_settings(path: str, message: Saying, say: Callable = say) -> None:
            say(f"settings.{path}", message)

        def in_condition(path: str, message: Saying, say: Callable = say) -> None:
            say(f"settings.condition.{path}", message)

        def remark(path: str, message: Saying, say: Callable = say) -> None:
            say(f"settings.condition.{path}", message, "info")

        if isinstance(node.layer, Data):
            names = [project_and_dataset(entry, projects)[0] for entry in node.src]
            if not all(name in projects for name in names):
                continue
            arriving = [Meta(projects[name].classes, projects[name].tags) for name in dict.fromkeys(names)]
        else:
            before = dict.fromkeys(writers[name] for name in node.src if name in writers)
            if not all(name in writers for name in node.src) or not all(number in metas for number in before):
                continue
            arriving = [metas[number] for number in before]
        incoming = union(arriving, say)
        if isinstance(node.layer, If):
            node.layer.condition.look(incoming, in_condition, remark)
        metas[node.number] = node.layer.meta(incoming, in_settings)
    return metas, complaints


# --- wires ----------------------------------------------------------------------------------------------------------


def project_and_dataset(entry: str, projects: Mapping[str, ProjectMeta]) -> Dataset:
    """ "project/dataset", "project/*" or just "project" taken apart; names with slashes in them are tried too."""
    entry = entry.strip("/")
    if entry in projects:
        return entry, "*"
    parts = entry.split("/")
    ways = [("/".join(parts[:i]), "/".join(parts[i:])) for i in range(1, len(parts))]
    for project, dataset in ways:
        if project in projects and (dataset == "*" or dataset in projects[project].datasets):
            return project, dataset
    return next((way for way in ways if way[0] in projects), ways[0] if ways else (entry, "*"))


def same_names(feeds: Mapping[int, frozenset[Dataset]]) -> frozenset[Dataset]:
    """Datasets whose name comes from two projects."""
    projects: dict[str, set[str]] = defaultdict(set)
    taken = set(chain.from_iterable(feeds.values()))
    for project, dataset in taken:
        projects[dataset].add(project)
    return frozenset(one for one in taken if len(projects[one[1]]) > 1)


def by_number(nodes: Iterable[Node]) -> dict[int, Node]:
    return {node.number: node for node in nodes}


def consumers_of(nodes: Iterable[One]) -> defaultdict[str, list[One]]:
    """Variable -> the layers that read it, in the order of the text: that is the order they run in."""
    consumers: defaultdict[str, list[One]] = defaultdict(list)
    for node in nodes:
        for name in node.reads:
            consumers[name].append(node)
    consumers.pop(NOWHERE, None)
    return consumers


def edges_of(outlines: Sequence[Outline]) -> Iterator[Edge]:
    consumers = consumers_of(outlines)
    for one in outlines:
        for output, name in enumerate(one.dst):
            for consumer in consumers[name]:
                yield Edge(one.number, output, consumer.number, name)


def discarded_of(outlines: Sequence[Outline]) -> Iterator[Discarded]:
    """Outputs that end where they begin."""
    read = {name for one in outlines for name in one.reads}
    for one in outlines:
        for output, name in enumerate(one.dst):
            if name == NOWHERE or name not in read:
                yield Discarded(one.number, output, name)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Each layer behind those it reads from, else as in the text. Layers of a loop, and those behind, are left out."""
    waiting, done = list(nodes), []
    open_names = {name for node in waiting for name in node.dst}
    while ready := [node for node in waiting if not open_names & set(node.reads)]:
        done += ready
        waiting = [node for node in waiting if node not in ready]
        open_names = {name for node in waiting for name in node.dst}
    return done


def ancestors(nodes: Sequence[Node], last: Node) -> set[int]:
    """Numbers of all layers from which something may come to a layer."""
    found: set[int] = set()
    wanted = set(last.reads)
    while new := [node for node in nodes if node.number not in found and wanted & set(node.dst)]:
        found |= {node.number for node in new}
        wanted |= {name for node in new for name in node.reads}
    return found


def descendants(nodes: Sequence[Node], node: Node, output: int) -> set[int]:
    """Numbers of all layers that something may reach from one output of a layer."""
    found: set[int] = set()
    reached = {node.dst[output]} - {NOWHERE}
    while new := [one for one in nodes if one.number not in found and reached & set(one.reads)]:
        found |= {one.number for one in new}
        reached |= {name for one in new for name in one.dst} - {NOWHERE}
    return found


def false_photos(layer: int, chance: Probability, photos: Sequence[str], seed: int) -> frozenset[str]:
    """The photos that go to the second output: their share rounded, but at least one on either side.

    Chosen by the seed, the layer and the photo itself, so the order of the photos does not matter.
    """
    share = chance.probability
    draws = {photo: rng_for(seed, layer, photo).random() for photo in photos}
    if share in (0, 1) or len(photos) == 1:
        return frozenset(photo for photo, draw in draws.items() if draw >= share)
    count = min(max(round(len(photos) * (1 - share)), 1), len(photos) - 1)
    return frozenset(sorted(photos, key=lambda photo: (draws[photo], photo))[:count])
