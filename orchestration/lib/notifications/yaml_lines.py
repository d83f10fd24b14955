"""YAML with the line of everything in it, so that a mistake can be named by its place."""

from dataclasses import dataclass
from typing import Any, Final

import yaml  # type: ignore[import-untyped]  # without its stubs: what it gives is checked here

# A settings file is a page; an anchor that repeats itself would fill the memory.
MOST_CHARACTERS: Final = 200_000
Path = tuple[str | int, ...]


class YamlError(Exception):
    """The text is no plain YAML; `line` is where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Located:
    """Plain data, and the line of each part of it by its path."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of a part, or of what it would be part of."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Located:
    """Raises `YamlError`. Names twice in one place, anchors and tags of one's own are refused."""
    if len(text) > MOST_CHARACTERS:
        raise YamlError(1, "the file is too long for one of settings")
    lines: dict[Path, int] = {}
    try:
        for token in yaml.scan(text):
            if isinstance(token, yaml.AliasToken):
                raise YamlError(token.start_mark.line + 1, "an alias (*) cannot be used here: write it out")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = _plain(node, (), lines) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # Its own text would quote the line, and a secret with it.
        raise YamlError(mark.line + 1 if mark else 1, "this is not YAML: look at indentation and quotes") from None
    except (yaml.YAMLError, RecursionError):
        raise YamlError(1, "this is not YAML: it holds characters that cannot be in it") from None
    return Located(data, lines)


def _plain(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:  # noqa: ANN401  # whatever YAML can say
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise YamlError(key.start_mark.line + 1, f"{name} stands here twice: keep one")
            found[name] = _plain(value, (*path, name), lines)
            lines[*path, name] = key.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, number), lines) for number, item in enumerate(node.value)]
    # 07:30 is a time, and not the 450 that YAML 1.1 makes of it; yes and no are what they say.
    if node.tag == "tag:yaml.org,2002:bool":
        return node.value.lower() in {"yes", "true", "on"}
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
