"""Admin classes live with what they serve; Django looks for them here."""
