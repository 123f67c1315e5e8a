"""A real PostgreSQL and a real Elasticsearch without Docker, for tests and for trying scale-out on one machine.

`both.up` starts the two and says where they are; `elastic.cluster` gives several nodes that a test may kill.
Everything lives in `places.cache_folder()` and can be deleted while nothing runs.
"""
