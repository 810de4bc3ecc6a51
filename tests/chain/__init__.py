"""Four services in one process: whole walks over the memory bus."""
