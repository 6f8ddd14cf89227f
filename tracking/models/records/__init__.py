"""What was sent: submissions, their records, and what came of them."""
