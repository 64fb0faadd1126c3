"""From the text a user wrote to layers, with everything that is wrong said at once and where."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from studio.sayings import Saying
from training.dtl.layers import LAYERS
from training.dtl.layers.conditions import why_not_one
from training.dtl.layers.layer import Layer
from training.dtl.meta import any_of, hint

Level = Literal["error", "info"]

KEYS = ("action", "src", "dst", "settings")
MISSING = Saying("is missing")
NOWHERE = "null"  # as a destination: whatever goes there is discarded


class QueryRefused(ValueError):
    """The text is not JSON. Line and column count from 1."""

    def __init__(self, message: str, line: int, column: int):
        super().__init__(Saying("line {line}, column {column}: {message}", line=line, column=column, message=message))
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True)
class Complaint:
    """layer: counted from 1, None when it is about the whole. path: inside the layer, "settings.axis" for example."""

    layer: int | None
    action: str
    path: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        said = Saying.placed(self.action, Saying.placed(self.path, self.message))
        return Saying("layer {number}: {what}", number=self.layer, what=said) if self.layer else said


@dataclass(frozen=True)
class Node:
    """A layer with its wires.

    number: counted from 1, as in the text.   src: variables, or "project/dataset" of a data layer.
    dst:    a variable for each output, NOWHERE to discard.   saves_as: name of the result, of a save layer.
    """

    number: int
    layer: Layer
    src: tuple[str, ...]
    dst: tuple[str, ...] = ()
    saves_as: str = ""

    @property
    def action(self) -> str:
        return self.layer.action

    @property
    def reads(self) -> tuple[str, ...]:
        """The variables that come in; a data layer has none."""
        return () if self.action == "data" else self.src


@dataclass(frozen=True)
class Outline:
    """A layer as far as it can be drawn, whatever else is wrong with it."""

    number: int
    action: str
    src: tuple[str, ...] = ()
    dst: tuple[str, ...] = ()
    saves_as: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The variables that come in; a data layer has none."""
        return () if self.action == "data" else self.src


def parse(text: str) -> Any:
    """JSON as text to JSON as values. Raises QueryRefused with line and column; a key given twice is refused too."""
    doubled: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                doubled.append(key)
            seen[key] = value
        return seen

    try:
        values = json.loads(text, object_pairs_hook=unique, parse_constant=not_a_number)
    except json.JSONDecodeError as error:
        raise QueryRefused(in_words(error, text), error.lineno, error.colno) from None
    except RecursionError:
        raise QueryRefused(Saying("the brackets are nested too deeply"), 1, 1) from None
    except NotANumber as error:
        raise QueryRefused(Saying("{name} is not a number that JSON knows", name=str(error)), 1, 1) from None
    except ValueError as error:
        raise QueryRefused(str(error), 1, 1) from None
    if doubled:
        offset = max(0, text.rfind(json.dumps(doubled[0], ensure_ascii=False)))
        twice = Saying("the key {name!r} is given twice in one object", name=doubled[0])
        raise QueryRefused(twice, *line_and_column(text, offset))
    return values


def nodes_of(query: Any) -> tuple[list[Node], list[Complaint]]:
    """The layers that could be read, and everything wrong with those that could not."""
    if not isinstance(query, list):
        return [], [Complaint(None, "", "", Saying("a query is a list of layers, found {found}", found=kind(query)))]
    nodes, complaints = [], []
    for number, raw in enumerate(query, 1):
        found = list(wrong_with(raw))
        if not found:
            layer = LAYERS[raw["action"]]
            try:
                nodes.append(wired(number, layer.model_validate(raw["settings"]), raw))
                continue
            except ValidationError as error:
                found = [(("settings", *path), message) for path, message in said(error, layer)]
        else:
            found += settings_too(raw)
        action = raw.get("action") if isinstance(raw, dict) else ""
        action = action if isinstance(action, str) and action in LAYERS else ""
        complaints += [Complaint(number, action, ".".join(map(str, path)), message) for path, message in found]
    return nodes, complaints


def outlines_of(query: Any) -> list[Outline]:
    """Every layer of a query for its picture."""
    outlines = []
    for number, raw in enumerate(query if isinstance(query, list) else [], 1):
        raw = raw if isinstance(raw, dict) else {}
        action = raw["action"] if isinstance(raw.get("action"), str) else ""
        src, dst = strings(raw.get("src")), strings(raw.get("dst"))
        saves = action in LAYERS and not LAYERS[action].outputs
        outlines.append(Outline(number, action, src, () if saves else dst, dst[0] if saves and dst else ""))
    return outlines


def strings(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(one for one in values if isinstance(one, str))


def wired(number: int, layer: Layer, raw: dict[str, Any]) -> Node:
    src = tuple(dict.fromkeys(raw["src"]))
    if not layer.outputs:
        return Node(number, layer, src, saves_as=raw["dst"].strip())
    return Node(number, layer, src, tuple(raw["dst"]) if isinstance(raw["dst"], list) else (raw["dst"],))


def wrong_with(raw: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a layer apart from its settings: (path, message)."""
    if not isinstance(raw, dict):
        yield (), Saying("a layer is an object, found {found}", found=kind(raw))
        return
    if "action" not in raw:
        yield ("action",), Saying("is missing; known: {names}", names=", ".join(sorted(LAYERS)))
    elif not isinstance(raw["action"], str) or raw["action"] not in LAYERS:
        yield (), unknown_layer(str(raw["action"]))
    for key in raw:
        if key not in KEYS:
            yield (key,), Saying("a layer has only {names}; {hint}", names=", ".join(KEYS), hint=hint(key, KEYS))
    for key in ("src", "dst", "settings"):
        if key not in raw:
            yield (key,), MISSING
    action = raw.get("action") if isinstance(raw.get("action"), str) else None
    if "src" in raw:
        yield from wrong_src(raw["src"], is_data=action == "data")
    if "dst" in raw and action in LAYERS:
        yield from wrong_dst(raw["dst"], LAYERS[action])
    if "settings" in raw and not isinstance(raw["settings"], dict):
        yield ("settings",), Saying("expected an object, found {found}", found=kind(raw["settings"]))


def unknown_layer(action: str) -> Saying:
    names, close = ", ".join(sorted(LAYERS)), hint(action, LAYERS)
    if not close.startswith("did"):
        return Saying("no layer is called {name!r}; known: {names}", name=action, names=names)
    return Saying("no layer is called {name!r}; known: {names}; {hint}", name=action, names=names, hint=close)


def wrong_src(src: Any, is_data: bool) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(src, list):
        yield ("src",), Saying("expected a list, even for one input, found {found}", found=kind(src))
        return
    if not src:
        yield ("src",), Saying("is empty; name what goes into this layer")
    for i, one in enumerate(src):
        if not isinstance(one, str):
            found = kind(one)
            yield (
                ("src", i),
                Saying("expected a project, found {found}", found=found) if is_data else no_variable(found),
            )
        elif is_data and not one.strip("/ "):
            yield ("src", i), Saying('expected "project/dataset" or "project/*", found nothing')
        elif is_data and one.startswith("$"):
            message = Saying('a data layer takes a project such as "project/*", found the variable {name!r}', name=one)
            yield ("src", i), message
        elif not is_data and (not one.startswith("$") or len(one) < 2):
            yield ("src", i), Saying("a variable begins with '$', found {name!r}", name=one)


def wrong_dst(dst: Any, layer: type[Layer]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if len(layer.outputs) == 2:
        if not isinstance(dst, list) or len(dst) != 2:
            message = Saying(
                "expected a list of two: where it is true, where it is false; found {found}", found=kind(dst)
            )
            yield ("dst",), message
            return
        for i, one in enumerate(dst):
            if wrong := wrong_variable(one):
                yield ("dst", i), wrong
        return
    if not isinstance(dst, str):
        found = kind(dst)
        if layer.outputs:
            yield ("dst",), Saying("expected one variable, found {found}", found=found)
        else:
            yield ("dst",), Saying("expected the name of the result, found {found}", found=found)
    elif layer.outputs:
        if wrong := wrong_variable(dst):
            yield ("dst",), wrong
    elif not dst.strip():
        yield ("dst",), Saying("is empty; give the result project a name")
    elif bad := [letter for letter in "/\\|" if letter in dst]:
        letters = any_of([repr(letter) for letter in bad])
        message = Saying("a project's name must not contain {letters}, found {name!r}", letters=letters, name=dst)
        yield ("dst",), message
    elif dst.startswith("$"):
        yield ("dst",), Saying("expected the name of the result project, found the variable {name!r}", name=dst)
    elif len(dst.strip()) > 190:
        yield ("dst",), Saying("a project's name has at most 190 characters")


def wrong_variable(one: Any) -> Saying | None:
    if not isinstance(one, str):
        return no_variable(kind(one))
    if one != NOWHERE and (not one.startswith("$") or len(one) < 2):
        return Saying("a variable begins with '$' (or is 'null', to discard), found {name!r}", name=one)
    return None


def no_variable(found: str) -> Saying:
    return Saying("expected a variable, found {found}", found=found)


def settings_too(raw: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Complaints about the settings of a layer that has other faults as well, so that all are said at once."""
    if not isinstance(raw, dict) or not isinstance(raw.get("action"), str) or raw["action"] not in LAYERS:
        return []
    if not isinstance(raw.get("settings"), dict):
        return []
    layer = LAYERS[raw["action"]]
    try:
        layer.model_validate(raw["settings"])
    except ValidationError as error:
        return [(("settings", *path), message) for path, message in said(error, layer)]
    return []


# --- in words -------------------------------------------------------------------------------------------------------


def said(error: ValidationError, layer: type[Layer]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """A validation error as (path, message) in our words."""
    for one in error.errors(include_url=False):
        # A tag like "<probability>" says which condition was meant; it is no key of the JSON.
        path = tuple(step for step in one["loc"] if not str(step).startswith("<"))
        yield path, message_of(one, path, layer)


def message_of(error: Any, path: tuple[str | int, ...], layer: type[Layer]) -> str:
    found, limits, name = error["input"], error.get("ctx", {}), error["type"]
    match name:
        case "missing":
            return MISSING
        case "extra_forbidden":
            place = ".".join(map(str, path[:-1])) or layer.action
            near = hint(str(path[-1]), settings_at(layer, error["loc"][:-1]))
            return Saying("is not a setting of {place}; {hint}", place=place, hint=near)
        case "int_type" | "int_from_float" | "int_parsing":
            return Saying("expected a whole number, found {found}", found=kind(found))
        case "float_type" | "float_parsing" | "finite_number":
            return Saying("expected a number, found {found}", found=kind(found))
        case "string_type":
            return Saying("expected text, found {found}", found=kind(found))
        case "bool_type":
            return Saying("expected true or false, found {found}", found=kind(found))
        case "list_type":
            return Saying("expected a list, found {found}", found=kind(found))
        case "dict_type" | "model_type" | "model_attributes_type":
            return Saying("expected an object, found {found}", found=kind(found))
        case "union_tag_not_found":
            return why_not_one(found)
        case "literal_error":
            words = any_of(re.findall(r"'[^']*'", limits["expected"]))
            return Saying("expected {words}, found {found}", words=words, found=kind(found))
        case "greater_than_equal":
            return Saying("must be at least {least:g}, found {found:g}", least=limits["ge"], found=found)
        case "less_than_equal":
            return Saying("must be at most {most:g}, found {found:g}", most=limits["le"], found=found)
        case "too_short":
            least, count = limits["min_length"], limits["actual_length"]
            return Saying("needs at least {least}, found {count}", least=least, count=count)
        case "too_long":
            most, count = limits["max_length"], limits["actual_length"]
            return Saying("takes at most {most}, found {count}", most=most, count=count)
        case "misfit":
            return limits["message"]
        case "value_error":
            return limits["error"].args[0]
    return error["msg"]


def settings_at(layer: type[Layer], loc: Iterable[str | int]) -> list[str]:
    """The settings there are at a place of a layer's JSON."""
    schema = layer.model_json_schema()
    here: dict[str, Any] = schema
    for step in loc:
        if str(step).startswith("<"):
            name = str(step).strip("<>")
            options = [resolved(one, schema) for one in here.get("oneOf", here.get("anyOf", []))]
            here = next((one for one in options if name in one.get("properties", {})), {})
        else:
            here = resolved(here.get("properties", {}).get(str(step), {}), schema)
    return list(here.get("properties", {}))


def resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a JSON schema behind its $ref and its "or nothing"."""
    options = [one for one in part.get("anyOf", []) if one.get("type") != "null"]
    if len(options) == 1:
        part = options[0]
    if "$ref" in part:
        return resolved(schema["$defs"][part["$ref"].rsplit("/", 1)[-1]], schema)
    return part


def kind(value: Any) -> str:
    """A value in a message: short ones as they are, long ones by their type."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case dict():
            return Saying("an object")
        case list():
            return Saying("a list of {count}", count=len(value)) if value else Saying("an empty list")
        case str() if len(value) > 60:
            return f"'{value[:57]}...'"
    return repr(value)


# What Python's json module may say, word for word, and in our words.
JSON_FAULTS = {
    "Expecting value": Saying("expecting value"),
    "Expecting property name enclosed in double quotes": Saying("expecting property name enclosed in double quotes"),
    "Expecting ':' delimiter": Saying("expecting ':' delimiter"),
    "Expecting ',' delimiter": Saying("expecting ',' delimiter"),
    "Illegal trailing comma before end of object": Saying("illegal trailing comma before end of object"),
    "Illegal trailing comma before end of array": Saying("illegal trailing comma before end of array"),
    "Extra data": Saying("extra data"),
    "Unterminated string starting at": Saying("unterminated string starting at"),
    "Invalid control character at": Saying("invalid control character at"),
    "Invalid \\escape": Saying("invalid \\escape"),
    "Invalid \\uXXXX escape": Saying("invalid \\uXXXX escape"),
}


def in_words(error: json.JSONDecodeError, text: str) -> str:
    if not text.strip():
        return Saying("the query is empty")
    return JSON_FAULTS.get(error.msg, error.msg)


class NotANumber(ValueError):
    """One of the constants that Python would read and JSON does not know."""


def not_a_number(name: str) -> None:
    raise NotANumber(name)


# --- places in the text ---------------------------------------------------------------------------------------------

TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<punctuation>[\[\]{},:])|(?P<plain>[^\s\[\]{},:"]+))')


def places(text: str) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Where each value of a valid JSON text begins and ends: path -> (offset, offset behind it)."""
    found: dict[tuple[str | int, ...], tuple[int, int]] = {}
    path: list[str | int] = []
    open_at: list[int] = []
    wants_key = False
    for match in TOKEN.finditer(text):
        kind_of_token = match.lastgroup or ""
        token, start = match[kind_of_token], match.start(kind_of_token)
        if token in ("[", "{"):
            open_at.append(start)
            path.append(0 if token == "[" else "")
            wants_key = token == "{"
        elif token in ("]", "}"):
            path.pop()
            found[tuple(path)] = (open_at.pop(), start + 1)
            wants_key = False
        elif token == ",":
            if isinstance(path[-1], int):
                path[-1] += 1
            else:
                wants_key = True
        elif token == ":":
            wants_key = False
        elif wants_key:
            path[-1] = json.loads(token)
        else:
            found[tuple(path)] = (start, match.end())
    return found


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
