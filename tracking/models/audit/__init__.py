"""What was changed and read, in chains that a third party can check."""
