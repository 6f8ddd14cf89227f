"""What is looked at before the site starts."""
