"""How people and machines come in, and as whom the database lets them read."""
