"""docs/api.md, made of the same document."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

_HEAD: Final = """\
# API reference

Made from the code by `make api-docs`; change the routes in `layers/bootseal/bootseal/api/` instead. The same, for
programs: [openapi.json](openapi.json), which the service itself answers at `GET /openapi.json`.
"""


def reference(document: Mapping[str, Any]) -> str:
    """The Markdown page of an OpenAPI document."""
    return "\n".join([_HEAD, *_common(document), *_calls(document), *_schemas(document)]).rstrip() + "\n"


def _common(document: Mapping[str, Any]) -> Iterator[str]:
    yield str(document["info"]["description"])
    yield "| call | does | who |"
    yield "| --- | --- | --- |"
    for method, path, operation in _operations(document):
        who = operation["description"].split("\n")[0]
        yield f"| [`{method} {path}`](#{operation['operationId']}) | {operation['summary']} | {who} |"
    yield ""


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _calls(document: Mapping[str, Any]) -> Iterator[str]:
    tag = ""
    for method, path, operation in _operations(document):
        if operation["tags"][0] != tag:
            tag = operation["tags"][0]
            yield f"## {tag}\n"
        yield f'### <a id="{operation["operationId"]}"></a>{operation["summary"]}\n'
        yield f"`{method} {path}`\n"
        yield f"{operation['description']}\n"
        yield from _parameters(operation)
        yield from _body(operation)
        yield from _answers(operation, document["components"]["responses"])


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    if "parameters" not in operation:
        return
    yield "| parameter | in | |"
    yield "| --- | --- | --- |"
    for param in operation["parameters"]:
        needed = " Required." if param["required"] and param["in"] != "path" else ""
        yield f"| `{param['name']}` | {param['in']} | {param['description']}{needed} |"
    yield ""


def _body(operation: Mapping[str, Any]) -> Iterator[str]:
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        yield f"Body: {_named(content['schema'])}.\n"
        yield from _json(content["example"])


def _answers(operation: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[str]:
    for status, said in operation["responses"].items():
        answer = shared[said["$ref"].rsplit("/", 1)[1]] if "$ref" in said else said
        content = answer.get("content", {})
        if "application/problem+json" in content:
            yield f"- `{status}` {answer['description']}"
        elif content:
            yield f"- `{status}` {_named(content['application/json']['schema'])}"
        else:
            yield f"- `{status}` no body"
    yield ""


def _schemas(document: Mapping[str, Any]) -> Iterator[str]:
    yield "## Shapes\n"
    for name, schema in document["components"]["schemas"].items():
        yield f'### <a id="{name.lower()}"></a>{name}\n'
        yield f"{_line(schema.get('description', ''))}\n"
        yield "| field | is | |"
        yield "| --- | --- | --- |"
        required = schema.get("required", [])
        for field, kind in schema.get("properties", {}).items():
            said = _line(_description(kind))
            optional = "" if field in required or not _is_body(schema) else _default(kind)
            yield f"| `{field}` | {_kind(kind)}{optional} | {said} |"
        yield ""


def _is_body(schema: Mapping[str, Any]) -> bool:
    return schema.get("additionalProperties") is False


def _default(kind: Mapping[str, Any]) -> str:
    default = kind.get("default")
    return ", optional" if default is None else f", default `{_literal(default)}`"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _description(kind: Mapping[str, Any]) -> str:
    inner = [one.get("description", "") for one in kind.get("anyOf", [])]
    return str(kind.get("description") or next(filter(None, inner), ""))


def _kind(kind: Mapping[str, Any]) -> str:
    if "anyOf" in kind:
        return " or ".join(_kind(one) for one in kind["anyOf"])
    if "$ref" in kind:
        return _named(kind)
    if "enum" in kind:
        return " or ".join(f"`{one}`" for one in kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_kind(kind.get('items', {}))}"
    if kind.get("type") == "object" and isinstance(kind.get("additionalProperties"), dict):
        return f"object of {_kind(kind['additionalProperties'])}"
    return str(kind.get("type", "any"))


def _named(schema: Mapping[str, Any]) -> str:
    found = schema["allOf"][0] if "allOf" in schema else schema
    if "$ref" not in found:
        return "a JSON object"
    name = found["$ref"].rsplit("/", 1)[1]
    return f"[{name}](#{name.lower()})"


def _json(example: Any) -> Iterator[str]:
    yield "```json"
    yield json.dumps(example, indent=2, ensure_ascii=False)
    yield "```\n"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
