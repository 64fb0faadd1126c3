"""What images of the result are called: after their source, and after what was done to them."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from training.dtl.sample import Sample, stem_of

LONGEST = 300  # characters
COPY = re.compile(r"c\d+")


def extension(sample: Sample) -> str:
    """That of the source, with its dot."""
    return sample.source.name[len(sample.source.stem) :]


class Names:
    """Names already given, for each dataset of one result."""

    def __init__(self, extension_of: Callable[[Sample], str] = extension):
        self._extension_of = extension_of
        self._given: defaultdict[str, set[str]] = defaultdict(set)
        self._next: defaultdict[tuple[str, str], int] = defaultdict(lambda: 2)

    def give(self, sample: Sample) -> Sample:
        """The sample under a name nobody else has in its dataset.

        An untouched photo keeps its name, the first time; others say what was done: `DJI_0042__c017_flipX.jpg`.
        """
        stem, end = stem_of(sample.name), self._extension_of(sample)
        if sample.view.is_untouched and self._is_free(sample.dataset, stem + end):
            return self._take(sample, stem + end)
        marks = "_".join(words(sample.marks))
        base = f"{stem[: LONGEST - len(marks) - len(end) - 12]}{'__' if marks else ''}{marks}"
        name = base + end
        while not self._is_free(sample.dataset, name):
            number = self._next[sample.dataset, base + end]
            self._next[sample.dataset, base + end] += 1
            name = f"{base}_{number}{end}"
        return self._take(sample, name)

    def _is_free(self, dataset: str, name: str) -> bool:
        # Folded, because a project is exported to folders, and some file systems do not tell A from a.
        return name.casefold() not in self._given[dataset]

    def _take(self, sample: Sample, name: str) -> Sample:
        self._given[sample.dataset].add(name.casefold())
        return replace(sample, name=name)


def words(marks: tuple[str, ...]) -> list[str]:
    """The marks without the "crop" that follows a copy's number: nearly every copy is cropped."""
    before = ("", *marks)
    return [mark for i, mark in enumerate(marks) if not (mark == "crop" and COPY.fullmatch(before[i]))]
