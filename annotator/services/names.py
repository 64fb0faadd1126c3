"""Names people give: what they may look like, and what to do when one is taken."""

import re
from collections.abc import Collection, Iterator
from itertools import count

from studio.errors import Refused
from studio.texts import say

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def checked(name: object, at: str, *, longest: int = 200) -> str:
    """A name with its edges trimmed. Raises Refused when it is empty, too long or holds control characters."""
    if not isinstance(name, str):
        raise Refused(f"{at}: expected a text, found {type(name).__name__}", at=at)
    name = name.strip()
    if not name or len(name) > longest or CONTROL.search(name):
        sentence = say(
            "{at}: expected 1 to {longest} printable characters, found {name!r}", at=at, longest=longest, name=name[:40]
        )
        raise Refused(sentence, at=at)
    return name


def candidates(name: str, suffix: str = "", longest: int = 200) -> Iterator[str]:
    """name, name_2, name_3 ...; `suffix` (a file's extension) stays last."""
    yield name + suffix
    for number in count(2):
        ending = f"_{number}{suffix}"
        yield name[: longest - len(ending)] + ending


def free(name: str, taken: Collection[str], suffix: str = "", longest: int = 200) -> str:
    """The first candidate that is not taken."""
    return next(candidate for candidate in candidates(name, suffix, longest) if candidate not in taken)
