"""The four services of Lan Tỏa; each is a house of its own and knows the others only through facts."""
