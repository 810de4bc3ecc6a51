"""Chaos: the whole product under load while its parts are killed, paused, cut off and filled up; then it is judged."""
