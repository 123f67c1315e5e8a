"""`python -m api.cli`, where the program itself is not on the path."""

from api.cli.main import app

app()
