"""What will be sent, who will read it, and what was sent."""
