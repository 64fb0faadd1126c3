"""What pydantic finds wrong with the settings of a form, in our words. Pure: the cores of all apps may use it."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from studio.sayings import Saying


def fault(error: Any) -> str:
    """One of `ValidationError.errors()` as a sentence that goes on from the setting's name.

    Pydantic's own, a plain text, where we have none.
    """
    limits = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return limits["error"].args[0]
        case "multiple_of":
            return Saying("must be a multiple of {factor}", factor=limits["multiple_of"])
        case "greater_than":
            return Saying("must be greater than {least:g}", least=limits["gt"])
        case "greater_than_equal":
            return Saying("must be {least:g} or more", least=limits["ge"])
        case "int_type" | "int_from_float":
            return Saying("must be a whole number")
        case "float_type" | "finite_number":
            return Saying("must be a number")
        case "bool_type":
            return Saying("must be true or false")
        case "string_type":
            return Saying("must be text")
        case "string_too_short":
            return Saying("must not be empty")
        case "list_type":
            return Saying("must be a list")
        case "too_short":
            return Saying("must name at least one")
        case "too_long":
            most, count = limits["max_length"], limits["actual_length"]
            return Saying("takes at most {most}, found {count}", most=most, count=count)
        case "model_type" | "model_attributes_type":
            return Saying("must be a JSON object")
    return error["msg"]


def no_such_setting(name: str, known: Collection[str]) -> Saying:
    """known: the settings there are at that place."""
    names = sorted(known)
    if close := get_close_matches(name, names, n=1):
        hint = Saying("did you mean {name!r}?", name=close[0])
    else:
        hint = Saying("known: {names}", names=", ".join(names))
    return Saying("there is no such setting; {hint}", hint=hint)
