"""Which projects a user may see, asked from below.

Jobs belong to projects, but studio must not import annotator. The annotator tells us how to ask when it starts.
"""

from collections.abc import Callable, Iterable

_project_ids: Callable[[object], Iterable[int]] = lambda user: ()
_owns: Callable[[object, int], bool] = lambda user, project_id: False


def tell(project_ids: Callable[[object], Iterable[int]], owns: Callable[[object, int], bool]) -> None:
    """Called once by the app that knows memberships."""
    global _project_ids, _owns
    _project_ids, _owns = project_ids, owns


def project_ids(user) -> Iterable[int]:
    """Ids (or a subquery of them) of the projects this user is a member of."""
    return _project_ids(user)


def owns(user, project_id: int | None) -> bool:
    """Whether this user is an owner of a project."""
    return project_id is not None and _owns(user, project_id)
