"""YAML files: one flat mapping of strings.

The document is read as nodes, not as values: what YAML would turn into a boolean, a number, a date or nothing (`no`,
`0123`, `2026-01-01`, `~`) is named as a problem instead of being changed on the way.
"""

import re

import yaml

from bootseal_cli.importing.entries import Parsed, Problem, RawEntry, label_of

_STRING = "tag:yaml.org,2002:str"
# YAML 1.1 takes these for line ends (section 4.2) and folds them away, unlike the two everybody means.
_RARE_BREAK = re.compile("[\x85\u2028\u2029]")
_KINDS = {
    "tag:yaml.org,2002:bool": "a boolean",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:timestamp": "a date",
}


def parse(text: str) -> Parsed:
    """Read a YAML mapping."""
    if found := _RARE_BREAK.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return Parsed((), (Problem(line, "holds a rare line end that YAML changes; write it as an escape"),))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        return Parsed((), (Problem(mark.line + 1 if mark else 1, "is not YAML from here on"),))
    except (yaml.YAMLError, RecursionError):
        return Parsed((), (Problem(1, "is not YAML that can be read"),))
    if root is None:
        return Parsed(())
    if not isinstance(root, yaml.MappingNode):
        return Parsed((), (Problem(1, "is not one mapping, NAME: value"),))
    return _flat(root)


def _flat(root: yaml.MappingNode) -> Parsed:
    entries: list[RawEntry] = []
    problems: list[Problem] = []
    for key, value in root.value:
        line = key.start_mark.line + 1
        if problem := _problem_of(key, value):
            problems.append(Problem(line, problem))
        else:
            entries.append(RawEntry(line, key.value, value.value))
    return Parsed(tuple(entries), tuple(problems))


def _problem_of(key: yaml.Node, value: yaml.Node) -> str | None:
    if not isinstance(key, yaml.ScalarNode) or key.tag != _STRING:
        return "a name is not a string for YAML; quote it"
    name = label_of(key.value)
    if not isinstance(value, yaml.ScalarNode):
        return f"{name} is not one string but a list or mapping"
    if value.tag != _STRING:
        return f"{name} is {_KINDS.get(value.tag, 'no string')} for YAML; quote it to store it as it is written"
    return None
