"""The Data Transformation Language: projects in, a project out. Pure: no Django, no torch."""
