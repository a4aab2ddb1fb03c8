"""What nobody has asked for yet is not built: at its first use its module is read and its widgets are made.

    class Window:
        @first_use
        def tree(self) -> Tree:
            from ... import Tree

            return Tree(self)

`window.tree` builds it, once, and looks like any other attribute from then on. Who only has something to say to a tree that is
there asks `Window.tree.built(window)`; who has something for it whenever it comes leaves it with `Window.tree.then(window, …)`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any, Protocol, Self, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)


class first_use(cached_property[T_co]):  # noqa: N801 - stands in a class as `property` does
    """A `cached_property` that can be asked whether it was used, and be waited for."""

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T_co: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Self | T_co:
        if instance is None:
            return self
        made = super().__get__(instance, owner)
        for act in instance.__dict__.pop(self._waiting, ()):
            act(made)
        return made

    def built(self, owner: object) -> T_co | None:
        """What was built for that owner, None before its first use."""
        made: T_co | None = owner.__dict__.get(str(self.attrname))
        return made

    def then(self, owner: object, act: Callable[[T_co], object]) -> None:
        """Do this with it: now where it is built, else right after it is."""
        made = self.built(owner)
        if made is not None:
            act(made)
        else:
            owner.__dict__.setdefault(self._waiting, []).append(act)

    @property
    def _waiting(self) -> str:
        return f"{self.attrname} is waited for"


def built_of(owner: object, *uses: first_use[T_co]) -> list[T_co]:
    """Those of them that were used."""
    return [made for each in uses if (made := each.built(owner)) is not None]


class HasHandlers(Protocol):
    """A desk: what its keys do, by shortcut id."""

    def handlers(self) -> dict[str, Callable[[], None]]: ...


def at_first_press(desk: Callable[[], HasHandlers], *identifiers: str) -> dict[str, Callable[[], None]]:
    """The handlers of these keys of a desk that is built when the first of them is pressed."""

    def press(identifier: str) -> None:
        desk().handlers()[identifier]()

    return {identifier: partial(press, identifier) for identifier in identifiers}
