"""What plans promises."""
