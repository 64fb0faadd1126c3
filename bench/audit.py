"""What came of a soak: what pages promised to keep, against the history of the server, edit by edit.

A pixel is its class and its object.

  lost          a pixel of a stroke or an eraser that is not, right after that edit, what was painted; or of an undo or
                redo that is not what it was before the edit that is taken back, though that edit had changed it and
                nobody else did since (a redo may leave what its undo has given back to somebody else)
  collateral    a pixel that changed in a stroke which had not touched it, or in an undo that had no right to it
  not arrived   a pixel of a kept edit that the server never got, unless at some moment all the edit wanted of a tile
                was there, made by others
  out of order  a pixel of an edit that came after a later one of the same person and tab on it
  unmarked      a pixel that somebody else had made what it was, of which the page had not heard and which it did not
                show, overwritten by an edit that disputes fewer pixels than that
"""

import base64
import json
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FIELDS = 6  # of a run: first pixel, length - 1, class before and after, object before and after
UNTOUCHED = -1

Key = tuple[int, int]  # a tile's x, y


@dataclass
class Recorded:
    """An edit as a page put it into its journal."""

    tool: str
    user: int
    is_kept: bool
    since: int  # edits of the photo its page had heard of
    undoes: str  # of an undo or redo: the edit it takes back
    tab: str  # two tabs of one person that paint at once have no order
    runs: dict[Key, np.ndarray]  # by tile: N x FIELDS

    def wanted(self, key: Key) -> np.ndarray:
        """The pixels (int32 65536) of a tile as the edit wants them, UNTOUCHED where it changes nothing."""
        return self.pixels(key, 3)

    def shown(self, key: Key) -> np.ndarray:
        """The same as its page showed them before."""
        return self.pixels(key, 2)

    def pixels(self, key: Key, which: int) -> np.ndarray:
        found = np.full(65536, UNTOUCHED, np.int32)
        for run in self.runs.get(key, ()):
            found[run[0] : run[0] + run[1] + 1] = packed(run[which], run[which + 2])
        return found


@dataclass
class Story:
    """What happened during the soak."""

    edits: dict[str, Recorded] = field(default_factory=dict)
    faults: Counter = field(default_factory=Counter)
    conflicts: int = 0
    refused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    minutes: float = 0.0

    def record(self, text: str) -> None:
        entry = json.loads(text)
        known = self.edits.get(entry["uuid"])
        if known:
            known.is_kept |= entry["isKept"]
            return
        runs = {}
        for tile in entry["patch"]:
            numbers = np.frombuffer(base64.b64decode(tile["runs"]), np.uint16)
            runs[tile["x"], tile["y"]] = numbers.reshape(-1, FIELDS).astype(int)
        words = (entry[name] for name in ("tool", "user", "isKept", "since", "undoes", "tab"))
        self.edits[entry["uuid"]] = Recorded(*words, runs)


def packed(class_index, object_id):
    """A pixel's class and object as one number; of numbers or of arrays."""
    return class_index | object_id << 8


@dataclass
class Change:
    """What an edit changed of a tile on the server."""

    pixels: np.ndarray
    before: np.ndarray
    after: np.ndarray


@dataclass
class Done:
    """An edit as the server took it."""

    uuid: str
    seq: int
    user: int
    tool: str
    undoes: str
    disputed: int
    changes: dict[Key, Change] = field(default_factory=dict)


class Painted:
    """A tile as the server has it, and who changed each pixel when."""

    def __init__(self) -> None:
        self.now = np.zeros(65536, np.int32)
        self.changed_at: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(65536, np.int32))  # by user: seq, 0 never
        # By user and tab: of their last edit here, as made.
        self.order = defaultdict(lambda: np.full(65536, -1, np.int64))

    def by_others_since(self, user: int, seq) -> np.ndarray:
        """seq: a number, or one for each pixel."""
        found = np.zeros(65536, bool)
        for other, at in self.changed_at.items():
            found |= (other != user) & (at > seq)
        return found


class Audit:
    """Compares what the pages promised with the history of the server, in its order."""

    def __init__(self, story: Story):
        self.story = story
        self.order = {uuid: number for number, uuid in enumerate(story.edits)}
        self.done: dict[str, Done] = {}
        self.painted: dict[Key, Painted] = defaultdict(Painted)
        self.found = Counter(dict.fromkeys(("lost", "collateral", "not_arrived", "out_of_order", "unmarked"), 0))
        self.suspects: list[tuple[str, Key, int]] = []

    def complain(self, what: str, uuid: str, key: Key, pixels: np.ndarray) -> None:
        if not pixels.any():
            return
        self.found[what] += int(pixels.sum())
        self.suspects.append((f"{what}: {int(pixels.sum())} pixels of {uuid}", key, int(np.flatnonzero(pixels)[0])))

    def take(self, done: Done, written: dict[Key, np.ndarray], tile_at) -> None:
        """tile_at: (key, seq) -> the tile as it was after an edit."""
        recorded = self.story.edits.get(done.uuid)
        overwritten, where = 0, None
        for key in written.keys() | (recorded.runs.keys() if recorded else set()):
            tile = self.painted[key]
            before, after = tile.now, written.get(key, tile.now)
            changed = np.flatnonzero(before != after)
            done.changes[key] = Change(changed, before[changed], after[changed])
            if recorded:
                wanted = recorded.wanted(key)
                last = tile.order[done.user, recorded.tab]
                is_late = (wanted != UNTOUCHED) & (last > self.order[done.uuid])
                self.complain("out_of_order", done.uuid, key, is_late)
                if is_taking_back(done.tool):
                    self.judge_taking_back(done, key, before, after, wanted)
                else:
                    is_wanted = wanted != UNTOUCHED
                    self.complain("lost", done.uuid, key, is_wanted & (after != wanted))
                    self.complain("collateral", done.uuid, key, ~is_wanted & (after != before))
                    is_hidden = is_wanted & (before != wanted) & (before != recorded.shown(key))
                    is_hidden &= self.is_last_of_others(tile, done.user, recorded.since)
                    if is_hidden.any() and (is_hidden := is_hidden & (before != tile_at(key, recorded.since))).any():
                        overwritten += int(is_hidden.sum())
                        where = key, int(np.flatnonzero(is_hidden)[0])
                made = np.where(wanted != UNTOUCHED, self.order[done.uuid], -1)
                tile.order[done.user, recorded.tab] = np.maximum(last, made)
            tile.changed_at[done.user][changed] = done.seq
            tile.now = after
        if overwritten > done.disputed:
            self.found["unmarked"] += overwritten - done.disputed
            self.suspects.append((f"unmarked: {overwritten} pixels of {done.uuid}, which says {done.disputed}", *where))
        self.done[done.uuid] = done

    @staticmethod
    def is_last_of_others(tile: Painted, user: int, since: int) -> np.ndarray:
        """Pixels that somebody else was the last to change, after an edit."""
        return tile.by_others_since(user, np.maximum(since, tile.changed_at[user]))

    def judge_taking_back(
        self, done: Done, key: Key, before: np.ndarray, after: np.ndarray, wanted: np.ndarray
    ) -> None:
        may, was = self.taken_back(done.undoes, key, before)
        has = before != after
        self.complain("collateral", done.uuid, key, has & ~(may & (after == was)))
        may_leave = self.may_leave(done.tool, done.user, done.undoes, key)
        self.complain("lost", done.uuid, key, may & (wanted != UNTOUCHED) & ~has & ~may_leave)

    def taken_back(self, undone: str, key: Key, now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (bool) of a tile that are still as an edit left them and nobody else's since, and what they were."""
        may, was = np.zeros(65536, bool), now.copy()
        edit = self.done.get(undone)
        change = edit.changes.get(key) if edit else None
        if change is not None:
            may[change.pixels] = now[change.pixels] == change.after
            may &= ~self.painted[key].by_others_since(edit.user, edit.seq)
            was[change.pixels] = change.before
        return may, was

    def may_leave(self, tool: str, user: int, undoes: str, key: Key) -> np.ndarray:
        """What a redo may leave: what its undo has given back to others, or made something else than its page meant."""
        found = np.zeros(65536, bool)
        undo = self.done.get(undoes)
        change = undo.changes.get(key) if undo else None
        if tool != "redo" or change is None:
            return found
        meant = self.story.edits[undo.uuid].wanted(key)
        found[change.pixels] = meant[change.pixels] != change.after
        edit = self.done.get(undo.undoes)
        taken = edit.changes.get(key) if edit else None
        if taken is not None:
            # Whoever was the last to change it before the edit that was undone: somebody else, if not the person.
            mine, theirs = np.zeros(65536, np.int32), np.zeros(65536, np.int32)
            for one in self.done.values():
                if one.seq < edit.seq and key in one.changes:
                    (mine if one.user == user else theirs)[one.changes[key].pixels] = one.seq
            found |= theirs > mine
        return found

    def miss(self, uuid: str, states_of) -> None:
        """Judge an edit the server never got. states_of: key -> [(seq, tile)], every state of a tile in order."""
        recorded = self.story.edits[uuid]
        for key in recorded.runs:
            wanted = recorded.wanted(key)
            is_wanted = wanted != UNTOUCHED
            if is_taking_back(recorded.tool):
                may, _ = self.taken_back(recorded.undoes, key, self.painted[key].now)
                may_leave = self.may_leave(recorded.tool, recorded.user, recorded.undoes, key)
                self.complain("not_arrived", uuid, key, may & is_wanted & ~may_leave)
                continue
            states = [(0, np.zeros(65536, np.int32)), *states_of(key)]
            heard = max(place for place, (seq, _) in enumerate(states) if seq <= recorded.since)
            if not any((state == wanted)[is_wanted].all() for _, state in states[heard:]):
                is_other = is_wanted & (self.painted[key].now != wanted)
                self.complain("not_arrived", uuid, key, is_other if is_other.any() else is_wanted)


def is_taking_back(tool: str) -> bool:
    return tool in ("undo", "redo")


def audit(data: Path, story: Story) -> dict:
    """Compare what the pages promised with the history of the server."""
    os.environ |= {"CATENARY_DATA": str(data), "DJANGO_SETTINGS_MODULE": "studio.settings"}
    import django

    django.setup()
    from annotator.models import Edit, Image
    from annotator.services import past

    def tile_after(image: Image, key: Key, seq: int) -> np.ndarray:
        classes, objects = next(past.pairs_at(image, seq, [key]))[1]
        return packed(classes.astype(np.int32), objects.astype(np.int32)).ravel()

    def states_of(key: Key) -> list[tuple[int, np.ndarray]]:
        seqs = sorted({row.seq for edit in edits for row in edit.tiles.all() if (row.x, row.y) == key})
        return [(seq, tile_after(image, key, seq)) for seq in seqs]

    image = Image.objects.get()
    edits = list(Edit.objects.order_by("seq").prefetch_related("tiles"))
    found = Audit(story)
    unknown = 0
    for edit in edits:
        unknown += str(edit.uuid) not in story.edits and edit.tool != "import"
        undoes, disputed = str(edit.details.get("undoes", "")), edit.details.get("disputed", 0)
        done = Done(str(edit.uuid), edit.seq, edit.user_id or 0, edit.tool, undoes, disputed)
        written = {key: tile_after(image, key, edit.seq) for key in {(row.x, row.y) for row in edit.tiles.all()}}
        found.take(done, written, lambda key, seq: tile_after(image, key, seq))
    missing = [uuid for uuid, edit in story.edits.items() if edit.is_kept and uuid not in found.done]
    for uuid in missing:
        found.miss(uuid, states_of)
    for what, key, pixel in found.suspects[:5]:
        told = pixel_story(story, edits, key, pixel, tile_after)
        story.complaints.insert(0, f"{what}, tile {key}, pixel {pixel}: {told}")
    return {
        "lost_pixels": sum(found.found.values()),
        **found.found,
        "edits_not_arrived": len(missing),
        "edits_unknown": unknown,
    }


def pixel_story(story: Story, edits: list, key: Key, pixel: int, tile_after) -> str:
    """Who wanted what of a pixel, in the order of the server, and what the server made of it."""
    order = {uuid: number for number, uuid in enumerate(story.edits)}
    words, value = [], 0
    for edit in edits:
        recorded = story.edits.get(str(edit.uuid))
        wanted = int(recorded.wanted(key)[pixel]) if recorded else UNTOUCHED
        touched = any((row.x, row.y) == key for row in edit.tiles.all())
        now = int(tile_after(edit.image, key, edit.seq)[pixel]) if touched else value
        if wanted != UNTOUCHED or now != value:
            made = f"made {order[str(edit.uuid)]}, heard {recorded.since}" if recorded else "not recorded"
            words.append(f"#{edit.seq} {edit.uuid} {edit.tool} by {edit.user_id} ({made}, {edit.details})")
            words.append(f"wanted {wanted}: {value}->{now};")
        value = now
    return " ".join(words)
