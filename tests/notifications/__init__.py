"""What notifications promises."""
