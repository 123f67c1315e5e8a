"""What the product is made of: whether something is known against it, and a list of it."""
