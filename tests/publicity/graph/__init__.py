"""The fast lane of the portal graph."""
