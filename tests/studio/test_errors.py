"""One body for every failure: a sentence and the place it speaks of."""

import pydantic
import pytest

from studio.errors import Conflict, Refused, answer, refused


class Settings(pydantic.BaseModel):
    epochs: int = pydantic.Field(ge=1)


def test_a_refusal_is_400_with_sentence_and_place():
    response = answer(Refused("lr must be above 0", at="config.lr"), {})

    assert (response.status_code, response.data) == (400, {"problem": "lr must be above 0", "at": "config.lr"})


def test_a_conflict_carries_what_moved():
    response = answer(Conflict("the tile moved on", tiles=[1, 2]), {})

    assert (response.status_code, response.data["tiles"]) == (409, [1, 2])


def test_a_settings_error_names_its_path():
    with pytest.raises(pydantic.ValidationError) as caught:
        Settings(epochs=0)

    problem = refused(caught.value, at="config")

    assert problem.at == "config.epochs"
    assert problem.problem.startswith("config.epochs: ")
