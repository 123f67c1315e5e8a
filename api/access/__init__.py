"""Who is at the door: the actor of a request, what a browser may send here, and what every answer tells a browser."""
