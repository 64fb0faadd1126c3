"""Columns of the tables of every app."""

import json
from typing import Any

from django.db import models

from studio.sayings import Saying

# Between the English text and what it was made of; no text that people write holds it.
SEPARATOR = "\x1f"


class SayingField(models.TextField):
    """A text that stays a Saying where it is one. English comes first: whoever looks into the table can read it."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Saying):
            return f"{value}{SEPARATOR}{json.dumps(value.as_json(), ensure_ascii=False)}"
        return value.replace(SEPARATOR, " ") if isinstance(value, str) else super().get_prep_value(value)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        kept = (value or "").partition(SEPARATOR)[2]
        return Saying.from_json(json.loads(kept)) if kept else value
