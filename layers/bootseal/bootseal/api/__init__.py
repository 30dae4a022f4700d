"""The API written down once: every route with what it takes, answers and refuses. docs/openapi.json, docs/api.md and
the permission tests are made from it. Nothing here runs behind a request.
"""
