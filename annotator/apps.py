"""The annotator app: projects, photos and their masks."""

from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"

    def ready(self) -> None:
        from annotator import tasks  # noqa: F401
        from annotator.models import Membership
        from studio import access

        access.tell(
            project_ids=lambda user: Membership.objects.filter(user_id=user.pk).values("project_id"),
            owns=lambda user, project_id: Membership.objects.filter(
                user_id=user.pk, project_id=project_id, role=Membership.Role.OWNER
            ).exists(),
            works_in=lambda user, project_id: (
                Membership.objects.filter(user_id=user.pk, project_id=project_id, project__deleted_at=None)
                .exclude(role=Membership.Role.VIEWER)
                .exists()
            ),
        )
