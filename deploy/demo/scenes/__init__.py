"""The scenes of the demonstration, in the order in which they are played. Each checks what it shows."""
