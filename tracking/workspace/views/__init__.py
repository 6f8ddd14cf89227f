"""Pages of the State's own people."""
