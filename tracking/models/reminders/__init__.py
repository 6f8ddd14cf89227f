"""Messages that are due because time passes."""
