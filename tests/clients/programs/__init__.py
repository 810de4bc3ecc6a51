"""Programs as a stranger writes them upon a generated client; they run in the environment of their client."""
