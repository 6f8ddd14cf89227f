"""What happens by itself: mails, checks of links, and jobs when they are due."""
