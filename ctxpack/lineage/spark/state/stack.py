"""The call stack of the interpreter, by which a site is reported at the call that passed its dataset's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ctxpack.lineage.spark.values.objects import Function, Instance, Scope
from ctxpack.lineage.spark.values.texts import Text


@dataclass(slots=True)
class Activation:
    """A stack frame of a followed call; `line` is the current line, `serial` a unique number."""

    serial: int
    path: str
    line: int
    function: Function | None = None
    receiver: object = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The place that a site is reported at.

    `followed` says that the read or write itself is in a function called from there. `inherited` names the inherited
    method that contains it, if the place is that of the subclass.
    """

    path: str
    line: int
    followed: bool = False
    inherited: str = ""


@dataclass(slots=True)
class Stack:
    """The activations of the calls that are being followed, the outermost first."""

    activations: list[Activation] = field(default_factory=list)
    _numbers: int = 0

    def number(self) -> int:
        """A new unique number."""
        self._numbers += 1
        return self._numbers

    @property
    def here(self) -> Activation:
        """The current activation."""
        return self.activations[-1]

    @property
    def depth(self) -> int:
        """The number of activations."""
        return len(self.activations)

    def at(self, line: int) -> None:
        """Set the current line, unless it is 0."""
        if line:
            self.activations[-1].line = line

    def enter(self, path: str, line: int, function: Function | None = None, receiver: object = None) -> None:
        """Push an activation for a call, or for the body of a module."""
        self.activations.append(Activation(self.number(), path, line, function, receiver))

    def leave(self) -> None:
        """Pop the current activation."""
        self.activations.pop()

    def cut(self, depth: int) -> None:
        """Leave all activations above a depth at once."""
        del self.activations[depth:]

    def times(self, function: Function) -> int:
        """How many of the calls are calls of this function."""
        return sum(
            one.function is not None and one.function.definition is function.definition for one in self.activations
        )

    def own(self, value: object) -> object:
        """A value that is read here; a string then belongs to the current activation, if there is one."""
        return value.moved(self.here.serial) if isinstance(value, Text) and self.activations else value

    def outermost(self, texts: Iterable[Text]) -> int:
        """The serial of the outermost activation that owns one of the strings; else the current one, 0 for none."""
        owners = {text.owner for text in texts}
        current = self.here.serial if self.activations else 0
        return next((one.serial for one in self.activations if one.serial in owners), current)

    def place(self, name: object, line: int) -> Place:
        """The place of a site: the call that passed the dataset's name, or else the line of the site itself.

        In a method inherited from another file, it is the class that inherits it.
        """
        owner = name.owner if isinstance(name, Text) else 0
        depth = next((i for i, one in enumerate(self.activations) if one.serial == owner), self.depth - 1)
        activation = self.activations[depth]
        followed = depth < self.depth - 1
        found = activation.line if followed else line or activation.line
        function, receiver = activation.function, activation.receiver
        if isinstance(receiver, Instance) and function is not None and function.owner is not None:
            heir = receiver.type
            if heir is not function.owner and heir.module.path != activation.path:
                said = f"{function.owner.name}.{function.name} at {activation.path}:{found}"
                return Place(heir.module.path, heir.line, followed, said)
        return Place(activation.path, found, followed)
