"""Many at once, over real connections to real processes: one wins, the others are told, nothing is lost."""
