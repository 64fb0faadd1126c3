"""Names for how a mask was at a moment of its history."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from annotator.models import Image, Snapshot
from annotator.services import history, names
from studio.errors import Refused
from studio.texts import say


def listed(image: Image) -> QuerySet[Snapshot]:
    """The latest moment first."""
    return image.snapshots.select_related("user")


def take(image: Image, name: object, *, user, seq: int | None = None) -> Snapshot:
    """Name how the mask was after an edit; as it is now when `seq` is None.

    Raises Refused when the photo has a snapshot of this name, or no such edit.
    """
    seq = image.seq if seq is None else history.checked_seq(image, seq)
    name = names.checked(name, "name")
    try:
        with transaction.atomic():
            return Snapshot.objects.create(image=image, seq=seq, name=name, user=user)
    except IntegrityError:
        raise _taken(name) from None


def rename(snapshot: Snapshot, name: object) -> Snapshot:
    """Raises Refused when the photo has another snapshot of this name."""
    snapshot.name = names.checked(name, "name")
    try:
        with transaction.atomic():
            snapshot.save(update_fields=["name"])
    except IntegrityError:
        raise _taken(snapshot.name) from None
    return snapshot


def _taken(name: str) -> Refused:
    return Refused(say("name: this photo has a snapshot called {name!r} already", name=name), at="name")


def delete(snapshot: Snapshot) -> None:
    """Forget the name; the history itself stays."""
    snapshot.delete()
