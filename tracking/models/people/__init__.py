"""States, and the people who act for them or for the secretariat."""
