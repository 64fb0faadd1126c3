"""What the inference app does for its pages and commands."""
