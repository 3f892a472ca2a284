"""What is made of a Woo request: the pack for the ministry's publication platform."""
