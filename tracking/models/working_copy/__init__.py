"""What a State writes before anybody else reads it."""
