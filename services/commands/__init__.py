"""The commands of `lantoa`, one file a family."""
