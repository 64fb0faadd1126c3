"""What people say about a photo, at a place of it or about all of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.http import Http404
from django.utils import timezone

from annotator.models import Comment, Image, Membership, StateChange
from annotator.services import access
from studio import bell
from studio.errors import NotAllowed, Refused
from studio.texts import say

LONGEST = 4000  # characters
MOST = 1000  # comments on one photo, answers included


def topic_of(image_id: int) -> str:
    """What to listen to on the bell for talk about an image: comments, and moves from state to state."""
    return f"talk-{image_id}"


def ring(image_id: int) -> None:
    """Tell whoever has the photo open, once what was said is in the table."""
    transaction.on_commit(lambda: bell.ring(topic_of(image_id)))


def mark_of(image_id: int) -> str:
    """Differs whenever something was said about an image, changed, settled, taken back, or moved on."""
    found = Comment.objects.filter(image=image_id).aggregate(
        Count("id"), Max("id"), Max("edited_at"), Max("deleted_at"), Max("resolved_at"), Count("resolved_at")
    )
    last = StateChange.objects.filter(image=image_id).aggregate(last=Max("id"))["last"]
    told = "|".join(str(value) for value in [last, *found.values()])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def threads(image: Image) -> list[Comment]:
    """The comments of a photo, oldest first, each with its `answers`. Deleted ones only where answers need them."""
    rows = list(image.comments.select_related("user", "resolved_by").order_by("id"))
    by_id = {row.pk: row for row in rows}
    for row in rows:
        row.answers = []
    for row in rows:
        if row.parent_id is not None and row.deleted_at is None:
            by_id[row.parent_id].answers.append(row)
    return [row for row in rows if row.parent_id is None and (row.deleted_at is None or row.answers)]


def unresolved() -> QuerySet[Comment]:
    """Comments that wait for somebody, their answers not counted."""
    return Comment.objects.filter(parent=None, resolved_at=None, deleted_at=None)


def open_counts(images: Iterable[Image]) -> Counter[int]:
    """How many unresolved comments each image has, by id."""
    found = unresolved().filter(image__in=[image.pk for image in images])
    rows = found.order_by().values("image_id").annotate(n=Count("id"))
    return Counter({row["image_id"]: row["n"] for row in rows})


def comment_for(user, comment_id: int) -> Comment:
    """A comment on a photo this user may see; `comment.image.project.role` is set. Raises Http404."""
    comment = Comment.objects.filter(pk=comment_id, deleted_at=None).select_related("user", "resolved_by").first()
    if comment is None:
        raise Http404
    comment.image = access.image_for(user, comment.image_id)
    return comment


def add(
    image: Image, *, user, text: str, at: tuple[float, float] | None = None, parent: Comment | None = None
) -> Comment:
    """Say something about a photo, or answer what somebody said.

    at: a place in photo pixels; None for a comment about the whole photo. An answer is where its question is.

    Raises Refused for a text that is empty or too long, or a place beside the photo.
    """
    text = checked(text)
    if parent is not None and (parent.image_id != image.pk or parent.parent_id is not None):
        raise Refused("parent: expected a comment on this photo that is no answer itself", at="parent")
    if at is not None and parent is not None:
        raise Refused("at: an answer is where its question is", at="at")
    if at is not None and not (0 <= at[0] <= image.photo.width and 0 <= at[1] <= image.photo.height):
        sentence = say(
            "at: {x:g}, {y:g} lies beside the photo of {size}",
            x=at[0],
            y=at[1],
            size=f"{image.photo.width}x{image.photo.height}",
        )
        raise Refused(sentence, at="at")
    with transaction.atomic():
        ring(image.pk)
        Image.objects.select_for_update().get(pk=image.pk)
        if image.comments.count() >= MOST:
            sentence = say("text: {photo} has {most} comments, and no photo holds more", photo=image.name, most=MOST)
            raise Refused(sentence, at="text")
        x, y = at or (None, None)
        comment = Comment.objects.create(image=image, user=user, text=text, x=x, y=y, parent=parent)
        if parent is not None and parent.resolved_at is not None:
            # Whoever answers does not find it settled.
            parent.resolved_at = parent.resolved_by = None
            parent.save(update_fields=["resolved_at", "resolved_by"])
    return comment


def checked(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise Refused(say("text: a comment says something"), at="text")
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST:
        sentence = say(
            "text: a comment has at most {longest} characters, found {count}", longest=LONGEST, count=len(text)
        )
        raise Refused(sentence, at="text")
    return text


def change(comment: Comment, text: str, *, user) -> Comment:
    """Say it in other words. Raises NotAllowed when it is somebody else's."""
    if comment.user_id != user.pk:
        raise NotAllowed(say("Only who wrote a comment can change its words."), at="text")
    comment.text, comment.edited_at = checked(text), timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    ring(comment.image_id)
    return comment


def resolve(comment: Comment, is_resolved: bool, *, user) -> Comment:
    """Settle what was said, or open it again. Raises Refused for an answer, NotAllowed for a viewer of others'."""
    if comment.parent_id is not None:
        raise Refused("is_resolved: an answer is settled with its question", at="is_resolved")
    if comment.user_id != user.pk:
        access.demand(comment.image.project, "annotator")
    if is_resolved == (comment.resolved_at is not None):
        return comment
    comment.resolved_at = timezone.now() if is_resolved else None
    comment.resolved_by = user if is_resolved else None
    comment.save(update_fields=["resolved_at", "resolved_by"])
    ring(comment.image_id)
    return comment


def delete(comment: Comment, *, user) -> None:
    """Take back what was said; where others have answered, the place stays without the words.

    Raises NotAllowed when it is somebody else's and this person no owner.
    """
    if comment.user_id != user.pk and comment.image.project.role != Membership.Role.OWNER:
        raise NotAllowed(say("Only who wrote a comment, or an owner of the project, can delete it."), at="role")
    with transaction.atomic():
        ring(comment.image_id)
        locked = Comment.objects.select_for_update().filter(pk=comment.pk).first()
        if locked is None:
            return
        if locked.replies.filter(deleted_at=None).exists():
            locked.text, locked.deleted_at = "", timezone.now()
            locked.save(update_fields=["text", "deleted_at"])
        else:
            parent = locked.parent
            locked.delete()
            # The last answer to a question without words takes the question along.
            if parent and parent.deleted_at and not parent.replies.exists():
                parent.delete()
