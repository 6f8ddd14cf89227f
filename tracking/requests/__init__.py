"""What every request passes: who asks, what is theirs, and what a form may do twice."""
