"""What every service stands on: the event road, the directory, identity, files, and the web frame."""
