"""What the event road promises."""
