"""What an answer says, and what has changed in it, in the words of a page."""
