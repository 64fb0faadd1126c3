"""Queries kept under a name."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from annotator.services import names
from studio.errors import Refused
from studio.texts import say
from training.models import SavedQuery
from training.services.dtl import LONGEST_QUERY


def listed(user) -> QuerySet[SavedQuery]:
    """A user's own queries, by name."""
    return SavedQuery.objects.filter(user=user)


def query_for(user, query_id: int) -> SavedQuery:
    """Raises Http404 when it is somebody else's, or not there."""
    found = listed(user).filter(pk=query_id).first()
    if found is None:
        raise Http404
    return found


def keep(user, name: str, text: str) -> SavedQuery:
    """Save a query, finished or not. Raises Refused when the name is taken."""
    return _saved(SavedQuery(user=user, name=names.checked(name, "name"), text=checked_text(text)))


def change(query: SavedQuery, *, name: str | None = None, text: str | None = None) -> SavedQuery:
    """Raises Refused when the name is taken."""
    if name is not None:
        query.name = names.checked(name, "name")
    if text is not None:
        query.text = checked_text(text)
    return _saved(query)


def checked_text(text: str) -> str:
    if len(text) > LONGEST_QUERY:
        problem = say(
            "text: a query has at most {most} characters, this one has {count}", most=LONGEST_QUERY, count=len(text)
        )
        raise Refused(problem, at="text")
    return text


def _saved(query: SavedQuery) -> SavedQuery:
    try:
        with transaction.atomic():
            query.save()
    except IntegrityError:
        raise Refused(say("name: you have a query called {name!r} already", name=query.name), at="name") from None
    return query
