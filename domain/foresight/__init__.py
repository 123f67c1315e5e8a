"""A cluster's scenario-based foresight process, one aggregate told in parts.

`process` is the whole; each part is a module with its events, its state and its decisions: `participation` (who was
asked and who came along), `gatherings`, `forces` and their assessment, `scenarios` at the ends of axes, `options` tried
against them (and signposts), `actions` with the follow-up, and `evaluation`. `readiness` looks at the whole and warns.
"""
