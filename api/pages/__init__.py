"""Pages rendered on the server, in English and bokmål; whole without a script, livelier with one."""

from fastapi import Depends, FastAPI


def mount(app: FastAPI) -> None:
    """Add the pages to an application whose state has the system and whose requests know their viewer."""
    from api.access.given import from_own_page
    from api.pages import (
        access,
        assets,
        cases,
        clusters,
        consent,
        glass,
        history,
        lessons,
        me,
        people,
        programmes,
        review,
        search,
        sign_in,
        site,
        sso,
    )

    things = (history, lessons, cases, clusters, programmes, people, consent, glass)
    for face in (assets, search, site, review, *things, access, sign_in, sso, me):
        app.include_router(face.routes, dependencies=[Depends(from_own_page)])
