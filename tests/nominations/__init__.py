"""What nominations promises."""
