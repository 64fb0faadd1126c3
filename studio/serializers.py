"""Jobs, people and what they prefer as JSON."""

from typing import Any

from django.contrib.auth import get_user_model
from rest_framework import serializers

from studio.keys import checked_keys
from studio.kinds import KINDS
from studio.models import Job, JobEvent, Preferences
from studio.texts import told, told_all


class UserSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="username", read_only=True)

    class Meta:
        model = get_user_model()
        fields = ["id", "name", "is_staff"]
        read_only_fields = fields


class ChordField(serializers.CharField):
    """A number is no chord, though it could be read as one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class PreferencesSerializer(serializers.ModelSerializer):
    language = serializers.ChoiceField(
        Preferences.Language.choices, required=False, allow_blank=True, help_text="Empty: as the browser says."
    )
    keys = serializers.DictField(
        child=ChordField(max_length=30, allow_blank=True),
        required=False,
        help_text="Action -> chord, such as Ctrl+Shift+Z; empty for no key.",
    )
    single_keys = serializers.BooleanField(
        required=False, help_text="Whether single characters are shortcuts: letters, digits and signs without Ctrl."
    )
    seen = serializers.ListField(
        child=serializers.SlugField(max_length=40),
        max_length=100,
        required=False,
        help_text="Names of the guides that need not be shown again.",
    )

    class Meta:
        model = Preferences
        fields = ["language", "keys", "single_keys", "seen"]

    def validate_keys(self, chosen: dict[str, str]) -> dict[str, str]:
        return checked_keys(chosen)


class ToldField(serializers.CharField):
    """What a worker wrote down, in the language of who reads it."""

    def to_representation(self, value: str) -> str:
        return told(value)


class JobSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username", default=None, read_only=True, allow_null=True)
    title = ToldField(read_only=True)
    doing = ToldField(read_only=True)
    problem = ToldField(read_only=True)
    settings = serializers.DictField(read_only=True, help_text="What was asked for, in the words of its kind.")
    result = serializers.DictField(read_only=True, help_text="What came of it, in the words of its kind.")
    can_stop = serializers.SerializerMethodField()
    can_resume = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id", "kind", "title", "user", "project_id", "queue", "status", "wish", "settings", "result", "done",
            "doing", "problem", "details", "attempts", "created_at", "started_at", "finished_at",
            "can_stop", "can_resume",
        ]  # fmt: skip
        read_only_fields = fields

    def get_can_stop(self, job: Job) -> bool:
        return KINDS[job.kind].stoppable and job.status == Job.Status.RUNNING and not job.wish

    def get_can_resume(self, job: Job) -> bool:
        return KINDS[job.kind].resumable and job.status in (Job.Status.INTERRUPTED, Job.Status.FAILED)


class JobEventSerializer(serializers.ModelSerializer):
    data = serializers.SerializerMethodField()

    class Meta:
        model = JobEvent
        fields = ["seq", "at", "kind", "data"]
        read_only_fields = fields

    def get_data(self, event: JobEvent) -> dict[str, Any]:
        return told_all(event.data)
