"""Which projects a user may see, asked from below.

Jobs belong to projects, but studio must not import annotator. The annotator tells us how to ask when it starts.
"""

from collections.abc import Callable, Iterable
from typing import Any

_project_ids: Callable[[Any], Iterable[int]] = lambda user: ()
_owns: Callable[[Any, int], bool] = lambda user, project_id: False
_works_in: Callable[[Any, int], bool] = lambda user, project_id: False


def tell(
    project_ids: Callable[[Any], Iterable[int]],
    owns: Callable[[Any, int], bool],
    works_in: Callable[[Any, int], bool],
) -> None:
    """Called once by the app that knows memberships."""
    global _project_ids, _owns, _works_in
    _project_ids, _owns, _works_in = project_ids, owns, works_in


def project_ids(user) -> Iterable[int]:
    """Ids (or a subquery of them) of the projects this user is a member of."""
    return _project_ids(user)


def owns(user, project_id: int | None) -> bool:
    """Whether this user is an owner of a project."""
    return project_id is not None and _owns(user, project_id)


def works_in(user, project_id: int | None) -> bool:
    """Whether this user may run jobs in a project: it is not in the trash, and they are no mere viewer of it.

    A job of no project is everybody's own affair.
    """
    return project_id is None or (user is not None and _works_in(user, project_id))
