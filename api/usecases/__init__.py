"""What a person can do, one function each: pages, JSON and the command line call these and hold no rule themselves.

Every use case takes the system and the viewer, asks the policy, decides in the domain and saves once.
"""
