"""Sentences written down for readers whose language is not known yet. Pure: the cores of all apps may use it."""

from typing import Any, Self

Figure = str | int | float  # a Saying is a str


class Saying(str):
    """An English sentence that remembers its template and its figures, so that `studio.texts.told` can say it again.

    It is its English text wherever a text is expected, and `str()` of it, or of an exception made of it, keeps it.
    A figure may be a Saying; "{count:,}" groups thousands as the reader does.
    """

    template: str
    figures: dict[str, Figure]

    def __new__(cls, template: str, /, **figures: Figure) -> Self:
        """template: written out where it is said: `tests/studio/test_texts.py` reads the sources for it."""
        self = super().__new__(cls, template.format(**figures))
        self.template, self.figures = template, figures
        return self

    @staticmethod
    def placed(at: str, what: str) -> str:
        """What is said of a place, after its name; of none, what is said."""
        return Saying("{at}: {what}", at=at, what=what) if at else what

    @classmethod
    def worded(cls, text: str, template: str, figures: dict[str, Any]) -> Self:
        """One that was put into words already, perhaps in another language."""
        self = super().__new__(cls, text)
        self.template, self.figures = template, figures
        return self

    def __str__(self) -> str:
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Figure]]:
        return (self.template,), self.figures

    def but(self, **figures: Figure) -> Self:
        """The same sentence with some figures changed."""
        return type(self)(self.template, **self.figures | figures)

    def as_json(self) -> list:
        """[template, figures], a figure that is a Saying in the same form."""
        return [self.template, {name: plain(one) for name, one in self.figures.items()}]

    @classmethod
    def from_json(cls, kept: list[Any]) -> Self:
        template, figures = kept
        found = {name: cls.from_json(one) if isinstance(one, list) else one for name, one in figures.items()}
        return cls(template, **found)


def plain(figure: Any) -> Any:
    """A figure as JSON can hold it."""
    if isinstance(figure, Saying):
        return figure.as_json()
    return figure if isinstance(figure, Figure) else str(figure)
