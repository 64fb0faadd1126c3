"""What is known of projects before any photo is opened: their classes, datasets and tags."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from studio.sayings import Saying

DEFAULT, IGNORE, OTHER = "__default__", "__ignore__", "__other__"
MOST_CLASSES = 254  # a mask is one byte a pixel: 0 is background, 255 is kept free

# Called with (path below the layer, message) for everything that is wrong.
Complain = Callable[[str, Saying], None]


@dataclass(frozen=True)
class ClassMeta:
    """A class, apart from the number it has in some project's masks."""

    name: str
    colour: str = "#808080"
    shape: str = "bitmap"
    key: str = ""
    pattern: str = ""


@dataclass(frozen=True)
class ProjectMeta:
    """An input project as a query may speak of it.

    has_relatives: several of its images show parts of one photo, because a query cut them.
    """

    name: str
    classes: tuple[ClassMeta, ...] = ()
    datasets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    has_relatives: bool = False


@dataclass(frozen=True)
class Meta:
    """What flows along an edge of the graph: the classes and tags its samples may have."""

    classes: tuple[ClassMeta, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.classes]

    def with_tag(self, name: str) -> "Meta":
        return self if name in self.tags else replace(self, tags=(*self.tags, name))

    def without_tag(self, name: str) -> "Meta":
        return replace(self, tags=tuple(tag for tag in self.tags if tag != name))


def union(metas: Iterable[Meta], complain: Complain, path: str = "src") -> Meta:
    """Everything that comes together at a layer. The first class of a name gives its colour."""
    metas = list(metas)
    classes: dict[str, ClassMeta] = {}
    for one in (one for meta in metas for one in meta.classes):
        first = classes.setdefault(one.name, one)
        if not same_shape(first, one):
            message = Saying(
                "class {name!r} comes in as {shape} and as {other}; rename one of the two before",
                name=one.name,
                shape=first.shape,
                other=one.shape,
            )
            complain(path, message)
    tags = dict.fromkeys(tag for meta in metas for tag in meta.tags)
    return Meta(tuple(classes.values()), tuple(tags))


def target(name: str, mapping: Mapping[str, str]) -> str | None:
    """What a class is called afterwards, or None when it is dropped. All entries apply at the same time."""
    value = mapping.get(name, mapping.get(OTHER, DEFAULT))
    return {DEFAULT: name, IGNORE: None}.get(value, value)


def mapped(classes: Iterable[ClassMeta], mapping: Mapping[str, str], complain: Complain) -> tuple[ClassMeta, ...]:
    """The classes after a mapping. Of those that become one, the first gives colour and shape."""
    classes = list(classes)
    known = [one.name for one in classes]
    for name, value in mapping.items():
        if name != OTHER and name not in known and value not in (DEFAULT, name):
            near = hint(name, known)
            message = (
                Saying("no class is called {name!r}, so it cannot be dropped; {hint}", name=name, hint=near)
                if value == IGNORE
                else Saying("no class is called {name!r}, so it cannot be renamed; {hint}", name=name, hint=near)
            )
            complain(f"classes_mapping.{name}", message)
    result: dict[str, ClassMeta] = {}
    for one in classes:
        new_name = target(one.name, mapping)
        if new_name is None:
            continue
        first = result.setdefault(new_name, replace(one, name=new_name))
        if not same_shape(first, one):
            message = Saying(
                "{name!r} ({shape}) cannot become one class with {other!r} ({other_shape}): classes that are merged "
                "must have the same shape",
                name=one.name,
                shape=one.shape,
                other=new_name,
                other_shape=first.shape,
            )
            complain(f"classes_mapping.{one.name}", message)
    if len(result) > MOST_CLASSES:
        message = Saying(
            "{count} classes are left, but a project holds at most {most}", count=len(result), most=MOST_CLASSES
        )
        complain("classes_mapping", message)
    return tuple(result.values())


def same_shape(one: ClassMeta, other: ClassMeta) -> bool:
    return one.shape == other.shape or "any" in (one.shape, other.shape)


def hint(name: str, known: Iterable[str]) -> Saying:
    """The rest of a message about a name nobody knows: "did you mean 'a'?" or "known: a, b"."""
    known = sorted(set(known))
    if not known:
        return Saying("there are none")
    folded = {one.casefold(): one for one in reversed(known)}
    close = [folded[c] for c in get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)]
    if close:
        return Saying("did you mean {name!r}?", name=close[0])
    if len(known) > 12:
        return Saying("known: {names} and {count} more", names=", ".join(known[:12]), count=len(known) - 12)
    return Saying("known: {names}", names=", ".join(known))


def any_of(words: Sequence[str]) -> str:
    """ "a or b" """
    return joined(words, lambda one, other: Saying("{one} or {other}", one=one, other=other))


def all_of(words: Sequence[str]) -> str:
    """ "a and b" """
    return joined(words, lambda one, other: Saying("{one} and {other}", one=one, other=other))


def listed(words: Sequence[str]) -> str:
    """ "a, b", each in the reader's language."""
    return joined(words, lambda one, other: Saying("{one}, {other}", one=one, other=other))


def joined(words: Sequence[str], join: Callable[[str, str], str]) -> str:
    """Joined half by half, so that many words nest only a little."""
    if len(words) == 1:
        return words[0]
    middle = (len(words) + 1) // 2
    return join(joined(words[:middle], join), joined(words[middle:], join))
