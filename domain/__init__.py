"""What is true, and who may change it.

The glossary; one word for each thing, the same on screen, in addresses, events and columns:

Programme     Arena, Arena Pro, NCE, GCE: what admits clusters and publishes cases. Later some are only a brand.
Cluster       an organised group of firms, research, education, public bodies and capital, with dated names,
              dated memberships of programmes and dated managers.
Lesson        what happened, the lesson, the recommendation, with the context it comes from. Its released revision
              stays readable while a newer draft is in work.
Case          a story that programme staff publish, with its clusters, programmes, lessons and a contact.
Process       a cluster's scenario-based look ahead, from scoping to follow-up; `domain.foresight` has its words.
Adaptation    what a cluster kept, changed and dropped of a lesson of another, and what came of it.
Release       a revision and the interval in which it was the readable one.
Visibility    own cluster | programme | managers | public. Anonymous sharing hides the origin from everyone else.
Name claim    the record that a name is taken, saved together with what bears it.
Concept       what programme staff changed of one concept of the thesaurus, which comes with the program.
Person        an id and nothing more: names and addresses live in a register that can forget.

An aggregate is one module: its events, its state, its decisions. A decision that changes nothing records nothing.
Time, persons and identities come in from outside (`domain.acting`, arguments); nothing here reads a clock by itself,
a file or the environment.
"""
