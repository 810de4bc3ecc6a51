"""Promises, with names."""
