"""A rectangle of photo pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.raster.tile import TILE


@dataclass(frozen=True, order=True)
class Box:
    """Half-open: `left` and `top` are inside, `right` and `bottom` are the first column and row outside."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of_size(cls, width: int, height: int) -> "Box":
        """The box of a whole photo."""
        return cls(0, 0, width, height)

    @classmethod
    def of_list(cls, values: Sequence[int]) -> "Box":
        """[left, top, right, bottom], as JSON carries it. Raises ValueError for anything else."""
        is_four_ints = len(values) == 4 and all(isinstance(v, int) and not isinstance(v, bool) for v in values)
        if not is_four_ints:
            raise ValueError(f"A box is four whole numbers [left, top, right, bottom], but {list(values)} was given.")
        return cls(*values)

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)"""
        return self.width, self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """(rows, columns) to index an array of the whole photo. Only for boxes that begin inside it."""
        assert self.left >= 0 and self.top >= 0, "a negative slice would count from the other end"
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def __and__(self, other: "Box") -> "Box":
        """What both have in common; possibly empty."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def __or__(self, other: "Box") -> "Box":
        """The smallest box around both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def shifted(self, dx: int, dy: int) -> "Box":
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def clipped(self, width: int, height: int) -> "Box":
        """The part inside a photo of this size."""
        return self & Box(0, 0, width, height)

    def contains(self, other: "Box") -> bool:
        """Whether every pixel of `other` is inside; true of an empty one."""
        return other.is_empty or self & other == other

    def as_list(self) -> list[int]:
        return [self.left, self.top, self.right, self.bottom]

    def tiles(self) -> Iterator[tuple[int, int]]:
        """(x, y) of every mask tile this box touches, row by row."""
        if self.is_empty:
            return
        for y in range(self.top // TILE, (self.bottom - 1) // TILE + 1):
            for x in range(self.left // TILE, (self.right - 1) // TILE + 1):
                yield x, y


def tile_box(x: int, y: int) -> Box:
    """The photo pixels of a mask tile."""
    return Box(x * TILE, y * TILE, (x + 1) * TILE, (y + 1) * TILE)
