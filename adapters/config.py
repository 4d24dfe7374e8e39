"""The settings: every value that a deployment may choose, read once, frozen."""
