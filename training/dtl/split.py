"""Whether training and validation share photos, and the query that keeps them apart."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

from studio.sayings import Saying
from training.dtl.graph import Checked, Graph, ancestors, by_number, descendants
from training.dtl.layers.branch import If
from training.dtl.layers.conditions import Probability
from training.dtl.layers.crop import Crop
from training.dtl.layers.flip import Flip
from training.dtl.layers.multiply import Multiply
from training.dtl.layers.tag import TagLayer
from training.dtl.meta import ProjectMeta
from training.dtl.query import Node, places
from training.dtl.sample import tag_name

How = Literal["after_crop", "by_source", "before_crop", "none"]


def leaky(graph: Graph, projects: Mapping[str, ProjectMeta]) -> list[Node]:
    """Splits by chance for each image, behind layers that make relatives: crops of one photo land on both sides."""
    by_image = [node for node, chance in splits(graph.nodes) if chance.split_by != "source"]
    return [node for node in by_image if has_relatives(node, graph, projects)]


def how(graph: Graph, projects: Mapping[str, ProjectMeta]) -> How:
    """How a query divides its images by chance."""
    found = splits(graph.nodes)
    if not found:
        return "none"
    if leaky(graph, projects):
        return "after_crop"
    return "by_source" if any(chance.split_by == "source" for _, chance in found) else "before_crop"


def splits(nodes: Sequence[Node]) -> list[tuple[Node, Probability]]:
    """Every `if` by probability whose two outputs get tags of their own."""
    found = []
    for node in nodes:
        chance = node.layer.chance if isinstance(node.layer, If) else None
        if chance is not None:
            one, other = tags_behind(nodes, node, 0), tags_behind(nodes, node, 1)
            if one and other and one != other:
                found.append((node, chance))
    return found


def tags_behind(nodes: Sequence[Node], node: Node, output: int) -> set[str]:
    """Tags that layers add to what leaves by an output."""
    layers = [by_number(nodes)[number].layer for number in descendants(nodes, node, output)]
    return {tag_name(layer.tag) for layer in layers if isinstance(layer, TagLayer) and layer.do == "add"}


def has_relatives(node: Node, graph: Graph, projects: Mapping[str, ProjectMeta]) -> bool:
    """Whether several of the images that arrive at a layer may show parts of one photo."""
    before = ancestors(graph.nodes, node)
    named = by_number(graph.nodes)
    if any(isinstance(named[number].layer, Multiply | Crop | Flip) for number in before):
        return True
    inputs = {project for number in before for project, _ in graph.feeds.get(number, ())}
    return any(projects[project].has_relatives for project in inputs)


def by_source(text: str, layers: Sequence[int]) -> str:
    """The query with `"split_by": "source"` in the conditions of these layers; every other character stays."""
    where = places(text)
    behind = [where[number - 1, "settings", "condition", "probability"] for number in layers]
    for start, end in sorted(behind, reverse=True):
        key = text.rindex('"probability"', 0, start)
        lead = text[len(text[:key].rstrip()) : key]
        text = f"{text[:end]},{lead if lead else ' '}{json.dumps('split_by')}: {json.dumps('source')}{text[end:]}"
    return text


def notes(checked: Checked, text: str, projects: Mapping[str, ProjectMeta]) -> list[dict]:
    """Remarks about a query that runs: [{kind, layer, text, fix: {text}}]."""
    if checked.graph is None:
        return []
    return [
        {
            "kind": "split_after_crop",
            "layer": node.number,
            "text": Saying(
                "Layer {number} divides the images after they were cut and flipped, so relatives of a training image "
                "can be in validation, which makes validation look better than it is.",
                number=node.number,
            ),
            "fix": {"text": by_source(text, [node.number])},
        }
        for node in leaky(checked.graph, projects)
    ]
