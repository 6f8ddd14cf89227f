"""Pages of people: own account, links in mails, people of a State."""
