"""The main job as outside clients do it, over HTTP only; the same walk for one process and for four."""
