"""What the server says to people, in the language of the page or the person that asks."""

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext


def say(sentence: str, /, **found: object) -> str:
    """A sentence in the reader's language, its {places} filled with what was found.

    sentence: English, written out where it is said: `tests/studio/test_texts.py` reads the sources for it and holds
              `locale/` against it.
    """
    return gettext(sentence).format(**found)


def either(words: Iterable[object]) -> str:
    """ "open or returned" """
    return f" {say('or')} ".join(map(str, words))


def figure(value: float, digits: int = 0) -> str:
    """1234.5 -> "1,234.5", as the reader writes numbers."""
    return number_format(round(value, digits), digits, force_grouping=True)
