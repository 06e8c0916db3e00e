"""What of a drawing cannot be drawn: collected while it is read, and said at the end, in one warning."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .document import local


class Findings:
    """Features that are not drawn as the file says, and where."""

    def __init__(self) -> None:
        self._found: dict[str, dict[Element, None]] = {}

    def add(self, feature: str, element: Element) -> None:
        """Note a feature of an element."""
        self._found.setdefault(feature, {})[element] = None

    @property
    def features(self) -> tuple[str, ...]:
        """The features, each once, in the order in which they were met."""
        return tuple(self._found)

    def summary(self) -> str:
        """Say what was found and where, in one line."""
        return "; ".join(f"{feature} ({_places(list(where))})" for feature, where in self._found.items())


def _places(elements: list[Element]) -> str:
    names = [_name(element) for element in elements[:3]]
    more = len(elements) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _name(element: Element) -> str:
    own = element.get("id", "")
    return f"<{local(element)} id={own[:40]!r}>" if own else f"<{local(element)}>"
