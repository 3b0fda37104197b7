"""Who signs in to the stewards' page: accounts, invitations, sessions.

Regions and roles stay in the queue's own list of users.
"""
