"""Pages rendered on the server, in English and bokmål; whole without a script, livelier with one."""

from fastapi import APIRouter, Depends


def mount(routes: APIRouter) -> None:
    """Add the pages to the routes of applications whose state has the system and whose requests know their viewer."""
    from api.access.given import from_own_page
    from api.pages import (
        adaptations,
        assets,
        cases,
        clusters,
        concept_forms,
        consent,
        events,
        feeds,
        glass,
        history,
        kept,
        lessons,
        me,
        missing,
        opensearch,
        people,
        process_consent,
        process_print,
        processes,
        programmes,
        removing,
        review,
        search,
        sign_in,
        site,
        sso,
        thesaurus,
    )
    from api.pages.opening import notes_opening

    things = (missing, history, lessons, cases, process_print, processes, clusters, programmes, people)
    asked = (consent, process_consent, glass)
    own = (events, sign_in, sso, me, kept, adaptations, removing)
    # The form for a new concept comes before the page of any concept.
    for face in (assets, search, feeds, opensearch, site, review, *things, *asked, *own, concept_forms, thesaurus):
        seen = [Depends(notes_opening)] if face in (*things, *asked) else []
        routes.include_router(face.routes, dependencies=[Depends(from_own_page), *seen])
    routes.include_router(thesaurus.files)
