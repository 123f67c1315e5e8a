"""The JSON face under `/api/v1`: thin routes over the use cases, described in full by `/openapi.json`."""
