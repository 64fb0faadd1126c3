"""Numbers for objects of a mask: each is given out once, so that two people never mean two objects by one."""

from django.db import transaction

from annotator.models import Image, Plane
from annotator.raster.tile import decode
from annotator.services import masks
from studio.errors import Refused
from studio.texts import say

MOST_IDS = 65_535  # what the object plane can hold, 0 being no object
MOST_AT_ONCE = 10_000

Range = tuple[int, int]  # first and last


@transaction.atomic
def reserve(image: Image, count: int) -> list[Range]:
    """Give `count` numbers to one caller, ascending, as ranges with both ends in them.

    `next_object` counts on beyond what an id can be and wraps round: after 65,535 objects the numbers of those that
    are gone come again, oldest first.

    Raises Refused when the photo cannot hold so many more objects.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(f"count: expected 1 to {MOST_AT_ONCE} numbers, found {count}", at="count")
    # The row lock makes two people who ask at once get different ones.
    locked = Image.objects.select_for_update().get(pk=image.pk)
    first = locked.next_object
    if first + count - 1 <= MOST_IDS:
        locked.next_object = first + count
        found = [(first, first + count - 1)]
    else:
        found = _after_wrapping(locked, count)
    locked.save(update_fields=["next_object"])
    return found


def _after_wrapping(image: Image, count: int) -> list[Range]:
    used = ids_in_use(image)
    if len(used) + count > MOST_IDS:
        sentence = say(
            "count: this photo holds {used} objects with numbers, and at most {most} fit; {count} more were asked for",
            used=len(used),
            most=MOST_IDS,
            count=count,
        )
        raise Refused(sentence, at="count")
    found: list[int] = []
    number = image.next_object
    while len(found) < count:
        wrapped = (number - 1) % MOST_IDS + 1
        if wrapped not in used:
            found.append(wrapped)
        number += 1
    image.next_object = number
    return ranges_of(sorted(found))


def ids_in_use(image: Image) -> set[int]:
    """Numbers that are on some pixel."""
    dtype = masks.DTYPES[Plane.OBJECT]
    rows = image.tiles.filter(plane=Plane.OBJECT).values_list("data", flat=True)
    return {number for data in rows for number in set(decode(bytes(data), dtype).ravel().tolist())} - {0}


def ranges_of(numbers: list[int]) -> list[Range]:
    """numbers: ascending, each once."""
    found: list[Range] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
