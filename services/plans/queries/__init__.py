"""Reads worth a name; `..._to_change` means locked."""
