"""Pages rendered on the server, in English and bokmål; whole without a script, livelier with one."""

from fastapi import FastAPI


def mount(app: FastAPI) -> None:
    """Add the pages to an application whose state has the system and whose requests know their viewer."""
    from api.pages import assets, cases, clusters, history, lessons, programmes, review, search, site

    for face in (assets, search, site, review, history, lessons, cases, clusters, programmes):
        app.include_router(face.routes)
