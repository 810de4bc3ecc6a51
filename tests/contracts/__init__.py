"""What is promised outside stays promised."""
