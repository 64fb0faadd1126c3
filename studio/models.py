"""Jobs and the events that tell their story, the links people sign in with, and what each of them prefers."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils import timezone

from studio import access
from studio.fields import SayingField


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> "JobQuerySet":
        """Jobs of the projects the user is a member of, and those of no project that the user started."""
        own = models.Q(user=user, project_id=None)
        return self.filter(own | models.Q(project_id__in=access.project_ids(user)))


class Job(models.Model):
    """A long piece of work. The row is the truth; a queue only says that there is news."""

    class Status(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        STOPPED = "stopped"  # ended early on request, what it made is kept
        CANCELLED = "cancelled"  # ended early on request, what it made is discarded
        FAILED = "failed"
        INTERRUPTED = "interrupted"  # its worker is gone; Resume continues it

    ACTIVE = (Status.QUEUED, Status.RUNNING)

    kind = models.CharField(max_length=40)
    title = SayingField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs")
    # A plain number: studio lies below annotator and does not know what a project is.
    project_id = models.BigIntegerField(null=True, db_index=True)
    queue = models.CharField(max_length=40, default="default")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.QUEUED, db_index=True)
    wish = models.CharField(max_length=10, blank=True)  # "", "stop" or "cancel": honoured at the next event
    settings = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    done = models.FloatField(default=0)  # 0..1
    doing = SayingField(blank=True)
    problem = SayingField(blank=True)
    details = models.TextField(blank=True)
    worker = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.title}"


class JobEvent(models.Model):
    """One thing that happened in a job. Append-only; `seq` counts from 1 within the job."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["job", "seq"], name="one_event_per_seq")]


class LoginLink(models.Model):
    """A sign-in link that works once. Only the digest of its token is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @classmethod
    def issue(cls, user, valid_for: timedelta = timedelta(days=1)) -> str:
        """Make a link for a user; returns the token, which is shown once and kept nowhere."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(user=user, digest=cls.digest_of(token), expires_at=timezone.now() + valid_for)
        return token

    @classmethod
    def redeem(cls, token: str):
        """The user a token belongs to, or None when it is unknown, expired or used. Uses it up."""
        now = timezone.now()
        fresh = cls.objects.filter(digest=cls.digest_of(token), used_at=None, expires_at__gt=now, user__is_active=True)
        link = fresh.select_related("user").first()
        if link is None or not fresh.filter(pk=link.pk).update(used_at=now):
            return None
        return link.user

    @staticmethod
    def digest_of(token: str) -> str:
        return sha256(token.encode()).hexdigest()


class Preferences(models.Model):
    """What one person chose for all their browsers."""

    class Language(models.TextChoices):
        ENGLISH = "en"
        GERMAN = "de"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences")
    language = models.CharField(max_length=10, choices=Language.choices, blank=True)  # "": as the browser says
    keys = models.JSONField(default=dict)  # action -> key, where it differs from the page's own table
    single_keys = models.BooleanField(default=True)  # whether letters, digits and signs alone are shortcuts
    seen = models.JSONField(default=list)  # names of the guides that need not be shown again

    class Meta:
        verbose_name_plural = "preferences"

    @classmethod
    def of(cls, user) -> "Preferences":
        """The row of a person; not saved before something was chosen."""
        return cls.objects.filter(user=user).first() or cls(user=user)
