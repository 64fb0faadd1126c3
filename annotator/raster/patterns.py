"""Patterns that tell classes apart where colour cannot."""

import numpy as np

# In the order in which new classes get them; "hatch" is neutral's.
PATTERNS = ("", "dots", "lines", "cross", "bars", "back")
GAP = 0.6  # opacity of the gaps, which are dark


def is_strong(pattern: str, height: int, width: int, period: int) -> np.ndarray:
    """Where a pattern is drawn in full, in H×W pixels; everywhere for a pattern nobody knows."""
    y, x = np.mgrid[:height, :width]
    half = period / 2
    match pattern:
        case "hatch":
            return (x + y) % period < half
        case "back":
            return (x - y) % period < half
        case "lines":
            return y % period < half
        case "bars":
            return x % period < half
        case "cross":
            return (x % period < 0.3 * period) | (y % period < 0.3 * period)
        case "dots":
            return np.hypot(x % period - half + 0.5, y % period - half + 0.5) < 0.38 * period
    return np.ones((height, width), bool)
