"""What people of a State may type. Drafts are permissive: only what is badly
formed is refused; what is missing is the business of the rules.
"""
