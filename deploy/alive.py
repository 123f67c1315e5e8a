"""Whether the server behind a Unix socket answers: `python alive.py SOCKET`. For the health check of a container."""

import socket
import sys

with socket.socket(socket.AF_UNIX) as door:
    door.settimeout(3)
    door.connect(sys.argv[1])
    door.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
    sys.exit(b" 200 " not in door.recv(100))
