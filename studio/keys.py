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
        "class",
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
        "moveObjects",
        "mergeObjects",
        "splitObjects",
        "deleteObjects",
        "makeObjects",
        "numberObjects",
        "hideObjects",
        "lockObjects",
        "undo",
        "redo",
        "flush",
        "previous",
        "next",
        "close",
        "back",
        "cancel",
        "help",
    ]
)
# What is done while a key is held.
HOLDS = frozenset(["pan", "peek", "erase", "who"])
CHORD = re.compile(
    r"(Ctrl\+)?(Shift\+)?([A-ZÄÖÜ0-9]|[,.;:'\"\\/<>=+\-*#\[\]?]|F([1-9]|1[0-2])|Enter|Backspace|Delete|Insert|Home|End"
    r"|PageUp|PageDown|Space|Arrow(Left|Right|Up|Down))"
)
# The nine digits choose classes together.
ROW = re.compile(r"(Ctrl\+)?(Shift\+)?1-9")
HELD_KEYS = frozenset(["Alt", "Tab"])
# A page never hears of these.
KEPT_BY_BROWSERS = frozenset(
    ["Ctrl+N", "Ctrl+T", "Ctrl+W", "Ctrl+Shift+N", "Ctrl+Shift+T", "Ctrl+Shift+W", "F5", "F12"]
)


def checked_keys(chosen: dict[str, str]) -> dict[str, str]:
    """Action -> chord, as it may be stored; an empty chord is no key.

    Raises Refused for anything that is not an action or not a chord, and for a chord that two actions have.
    """
    for action, chord in chosen.items():
        _check(action, chord)
    twice = [chord for chord, times in Counter(chosen.values()).items() if chord and times > 1]
    if twice:
        raise Refused(say("keys: {chord} is given to two actions", chord=twice[0]), at="keys")
    return chosen


def _check(action: str, chord: str) -> None:
    if action not in ACTIONS | HOLDS:
        raise Refused(say("keys: no action is called {action!r}", action=action[:40]), at="keys")
    if chord in KEPT_BY_BROWSERS:
        sentence = say("keys.{action}: browsers keep {chord} for themselves", action=action, chord=chord)
        raise Refused(sentence, at="keys")
    if action == "class" and chord and not ROW.fullmatch(chord):
        sentence = say("keys.class: expected 1-9, Shift+1-9, Ctrl+1-9 or nothing, found {chord!r}", chord=chord)
        raise Refused(sentence, at="keys")
    if not _may_have(action, chord):
        sentence = say(
            "keys.{action}: expected a chord such as B or Ctrl+Shift+Z, found {chord!r}", action=action, chord=chord
        )
        raise Refused(sentence, at="keys")


def _may_have(action: str, chord: str) -> bool:
    if action == "class" or chord == "":
        return True
    return (action in HOLDS and chord in HELD_KEYS) or CHORD.fullmatch(chord) is not None
