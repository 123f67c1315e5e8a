"""What readers are told, derived from the events and rebuildable from them at any time.

`runner` is the one loop. `catalogue` lists what there is, `search_feed` fills the search index, `history` tells what
happened to one thing.
"""
