"""Where something that was not first written here comes from."""

from pydantic import BaseModel, ConfigDict, StrictBool

from domain.text import Line, Note, WebAddress


class Source(BaseModel):
    """`paraphrased` is shown beside the text: the words are ours, the facts are the source's, check before quoting."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: WebAddress
    title: Line | None = None
    kind: Line | None = None
    note: Note | None = None
    paraphrased: StrictBool = False
