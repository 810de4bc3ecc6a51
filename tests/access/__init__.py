"""Who may: everything a stranger, a neighbour, a superior or a former officer may try, at every door."""
