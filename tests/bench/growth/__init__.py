"""Growth: a country's year written into the four services' databases, and what its size does to the hot questions."""
