"""The judge reads databases, topics, object storage and listeners' logs by itself, and none of the product's code."""
