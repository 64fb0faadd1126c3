"""What the server says to people, in the language of the page or the person that asks."""

from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from pydantic import BaseModel

from studio.sayings import Saying


def say(sentence: str, /, **found: object) -> Saying:
    """A sentence in the reader's language, its {places} filled with what was found. A job that fails with it keeps it.

    sentence: English, written out where it is said: `tests/studio/test_texts.py` reads the sources for it and holds
              `locale/` against it.
    """
    return Saying.worded(in_language(sentence, found), sentence, found)


def told(text: Any) -> Any:
    """What was written down as a Saying, in the reader's language; anything else as it is."""
    return in_language(text.template, text.figures) if isinstance(text, Saying) else text


def in_language(template: str, found: Mapping[str, Any]) -> str:
    return READER.format(gettext(template), **{name: told(one) for name, one in found.items()})


def kept(document: dict[str, Any]) -> dict[str, Any]:
    """A document as JSON can hold it: its Sayings in English, and under "said" what they were made of."""
    said = {name: one.as_json() for name, one in document.items() if isinstance(one, Saying)}
    return {**document, "said": said} if said else document


def told_all(document: dict[str, Any]) -> dict[str, Any]:
    """What `kept` made, in the reader's language."""
    rest = {name: one for name, one in document.items() if name != "said"}
    return rest | {name: told(Saying.from_json(one)) for name, one in document.get("said", {}).items()}


def form_of(settings: type[BaseModel], tell: Callable[[str], str] = gettext) -> dict[str, Any]:
    """The JSON schema of settings, for a form: its titles and descriptions in the reader's language."""
    schema = settings.model_json_schema()
    for name, one in {**schema.get("$defs", {}), settings.__name__: schema}.items():
        if one.get("title") == name:  # the name of a class: nobody wrote it to be read
            del one["title"]
    return told_in(schema, tell)


def told_in(part: Any, tell: Callable[[str], str]) -> Any:
    """A part of a JSON schema, its lines joined."""
    if isinstance(part, list):
        return [told_in(one, tell) for one in part]
    if not isinstance(part, dict):
        return part
    told = {key: told_in(one, tell) for key, one in part.items()}
    texts = {key: one for key, one in part.items() if key in ("title", "description") and isinstance(one, str)}
    return told | {key: tell(" ".join(one.split())) for key, one in texts.items()}


def either(words: Iterable[object]) -> str:
    """ "open or returned" """
    return f" {say('or')} ".join(map(str, words))


def figure(value: float, digits: int = 0) -> str:
    """1234.5 -> "1,234.5", as the reader writes numbers."""
    return number_format(round(value, digits), digits, force_grouping=True)


class Reader(Formatter):
    """Fills places as str.format does, but "{count:,}", "{size:,.1f}" and "{share:g}" as the reader writes numbers."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "g":
            return number_format(f"{value:g}")
        if not format_spec.startswith(","):
            return super().format_field(value, format_spec)
        return figure(value, int(format_spec.removeprefix(",").strip(".f") or 0))


READER = Reader()
