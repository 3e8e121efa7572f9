"""What can be pushed, one file a thing."""
