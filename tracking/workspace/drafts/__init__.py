"""What is not saved, what was saved twice, and what was saved before."""
