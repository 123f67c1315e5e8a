"""What is said on the page after a form was carried out."""

from collections.abc import Mapping

from api.pages.translation import N_

DONE: Mapping[str, str] = {
    "lesson.new": N_("The draft is saved. Submit it when it is ready."),
    "lesson.edit": N_("Your changes are saved."),
    "lesson.submit": N_("The draft is submitted. Programme staff will publish it, or return it and say why."),
    "lesson.return": N_("The draft is returned to its author, with your reason."),
    "lesson.publish": N_("The lesson is published."),
    "lesson.share": N_("Who may read it is changed, from now on."),
    "lesson.supersede": N_("The other lesson has taken over."),
    "lesson.withdraw": N_("The lesson is withdrawn."),
    "case.new": N_("The draft is saved. Publish it when it is ready."),
    "case.edit": N_("Your changes are saved."),
    "case.publish": N_("The case is published."),
    "case.withdraw": N_("The case is withdrawn."),
    "cluster.new": N_("The cluster is registered."),
    "cluster.edit": N_("Your changes are saved."),
    "cluster.rename": N_("The cluster is renamed."),
    "cluster.admit": N_("The cluster is admitted."),
    "cluster.graduate": N_("The cluster has moved on."),
    "cluster.end": N_("The membership is ended."),
    "cluster.appoint": N_("The manager is appointed."),
    "cluster.stand-down": N_("It is recorded that the manager left."),
    "cluster.join": N_("The member is added."),
    "cluster.leave": N_("The member is removed."),
    "programme.new": N_("The programme is established."),
    "programme.edit": N_("Your changes are saved."),
    "programme.close": N_("The programme is closed."),
}
