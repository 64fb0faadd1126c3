"""What can be done with projects, photos and masks. Pages, commands and the other apps all come through here."""
