"""What a request may carry."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JsonObject(JSONParser):
    """A JSON object, so that no view meets a list or a number where it looks for a name."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: dict | None = None) -> dict:
        """Raises ParseError for anything else: DRF loads this module before it can load our own errors."""
        try:
            body = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError({"body": "body: the brackets are nested too deeply"}) from None
        if not isinstance(body, dict):
            raise ParseError({"body": f"body: expected a JSON object, found {type(body).__name__}"})
        return body
