"""The tasks of a State, and the answer to each."""
