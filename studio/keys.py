"""Which keys a person may choose for which action of the annotator. What is not in these lists is never stored."""

import re
from collections import Counter

from studio.errors import Refused
from studio.texts import say

# The table of the page (painting/keys.ts) has the same names; a test compares the two.
ACTIONS = frozenset(
    [
        "brush",
        "eraser",
        "polygon",
        "lasso",
        "rectangle",
        "ellipse",
        "scissors",
        "assist",
        "bucket",
        "holes",
        "grow",
        "shrink",
        "smooth",
        "specks",
        "move",
        "pick",
        "ruler",
        "comment",
        "talk",
        "neutral",
        "swap",
        "solo",
        "smaller",
        "larger",
        "muchSmaller",
        "muchLarger",
        "shape",
        "over",
        "overlay",
        "grid",
        "fullScreen",
        "fit",
        "oneToOne",
        "zoomIn",
        "zoomOut",
        "walk",
        "walkBack",
        "penLeft",
        "penRight",
        "penUp",
        "penDown",
        "penPress",
        "history",
        "objects",
        "nextObject",
        "previousObject",
        "allObjects",
        "mergeObjects",
        "splitObjects",
        "deleteObjects",
        "makeObjects",
        "hideObjects",
        "lockObjects",
        "undo",
        "redo",
        "flush",
        "previous",
        "next",
        "close",
        "back",
        "help",
    ]
)
CHORD = re.compile(
    r"(Ctrl\+)?(Shift\+)?([A-ZÄÖÜ0-9]|[,.;:'\"\\/<>=+\-*#\[\]?]|F([1-9]|1[0-2])|Enter|Backspace|Delete|Insert|Home|End"
    r"|PageUp|PageDown|Arrow(Left|Right|Up|Down))"
)


def checked_keys(chosen: dict[str, str]) -> dict[str, str]:
    """Action -> chord, as it may be stored. Raises Refused for anything that is not an action or not a chord."""
    for action, chord in chosen.items():
        if action not in ACTIONS:
            raise Refused(say("keys: no action is called {action!r}", action=action[:40]), at="keys")
        if not CHORD.fullmatch(chord):
            sentence = say(
                "keys.{action}: expected a chord such as B or Ctrl+Shift+Z, found {chord!r}", action=action, chord=chord
            )
            raise Refused(sentence, at="keys")
    twice = [chord for chord, times in Counter(chosen.values()).items() if times > 1]
    if twice:
        raise Refused(say("keys: {chord} is given to two actions", chord=twice[0]), at="keys")
    return chosen
