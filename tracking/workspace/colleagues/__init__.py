"""Who of a State works on what, and what they tell each other."""
