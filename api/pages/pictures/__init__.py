"""Pictures of a foresight process, and of the event log, as SVG, drawn on the server: each with a title and a
description, and never alone: the same figures stand in a table beside it. Colours are
classes of static/pictures.css, so that light and dark hold.

Widths are in units of the picture, of which `frame.WIDE` are as wide as it is shown.
"""

from api.pages.pictures.counts import counts
from api.pages.pictures.cross import cross
from api.pages.pictures.distribution import distribution
from api.pages.pictures.graph import Node, graph
from api.pages.pictures.kept import kept
from api.pages.pictures.matrix import matrix
from api.pages.pictures.options import options
from api.pages.pictures.timeline import timeline
from api.pages.pictures.turnout import turnout

__all__ = ["Node", "counts", "cross", "distribution", "graph", "kept", "matrix", "options", "timeline", "turnout"]
