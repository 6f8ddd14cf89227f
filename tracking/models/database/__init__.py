"""What the database keeps or counts for everything above it."""
