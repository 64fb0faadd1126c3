"""Patterns: each leaves gaps of its own."""

from itertools import combinations

import numpy as np
import pytest

from annotator.models import LabelClass
from annotator.raster.patterns import PATTERNS, is_strong

PERIOD = 8


@pytest.mark.parametrize("pattern", [one for one in LabelClass.Pattern.values if one])
def test_a_pattern_repeats_and_has_gaps(pattern):
    drawn = is_strong(pattern, 4 * PERIOD, 4 * PERIOD, PERIOD)

    assert 0.25 < drawn.mean() < 0.75
    np.testing.assert_array_equal(drawn[:PERIOD, :PERIOD], drawn[PERIOD : 2 * PERIOD, -PERIOD:])


def test_no_two_patterns_look_alike():
    drawn = {one: is_strong(one, 64, 64, PERIOD) for one in LabelClass.Pattern.values}

    for one, other in combinations(drawn, 2):
        assert (drawn[one] != drawn[other]).mean() > 0.2, (one, other)


def test_every_pattern_given_to_new_classes_may_be_chosen():
    assert set(PATTERNS) <= set(LabelClass.Pattern.values)
