"""What publicity promises."""
