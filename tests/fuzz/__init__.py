"""What nobody sane sends: generated requests, a nomination's life in any order, hostile files, strange text."""
