"""Terraform: a folder's files are one module, whose blocks are named by address; `source` leads to other folders.

An address (`var.region`, `aws_vpc.main`, `module.net.id`) means the block of that address in the file's own folder, in
whichever file; what follows `module.net` is an output of the module's folder, and an argument in the block of a module
one of its variables. Files of values set the variables of their folder, or of the nearest folder above that has any.
Packer's files share a folder in the same way; other files in HCL stand alone, but that Terragrunt's speak of the locals
of files that they read from the folders above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ctxpack.graph.consulted import Offer
from ctxpack.graph.imports.base import Resolver
from ctxpack.graph.project import Module, Project, Symbol, Thing
from ctxpack.graph.symbols import Linker
from ctxpack.model import FileFacts, Import, Link, Reference
from ctxpack.paths import beside, parent

_MODULES = (".tf", ".tofu")
_PACKER = (".pkr.hcl", ".pkrvars.hcl")
_VALUES = (".tfvars", ".pkrvars.hcl")
_TESTS = (".tftest.hcl", ".tofutest.hcl")
_ENTRIES = ("main.tf", "main.tofu", "terragrunt.hcl")
_ABOVE = ".../"
_ADDRESSED_BY_TWO = frozenset({"data", "ephemeral"})
_SAME = "same module"
_OTHER = "module"


class TerraformResolver(Resolver):
    """Where Terraform's addresses and sources lead."""

    languages = ("terraform",)
    noted = True

    def __init__(self, project: Project, linker: Linker) -> None:
        """Index the addresses, and the sources of modules, by the module that they are in."""
        super().__init__(project, linker)
        self._blocks: dict[tuple[str, str], list[Symbol]] = defaultdict(list)
        self._sources: dict[tuple[str, str], str] = {}
        self._files: dict[str, list[str]] = defaultdict(list)
        self._read: dict[tuple[str, str], str] = {}
        for path, facts in project.of(self.languages):
            unit = _unit(path)
            self._files[unit].append(path)
            for index, definition in enumerate(facts.definitions):
                self._blocks[unit, definition.qualname].append(Symbol(path, index))
            for address, source in _read(facts):
                self._read.setdefault((path, address), source)
            for address, source in _sources(facts):
                if source.startswith(("./", "../")):
                    self._sources.setdefault((unit, address), _folder(path, source))

    def offers(self, path: str, facts: FileFacts) -> Iterable[Offer]:
        """The addresses and sources that a file adds to its module."""
        if facts.language in self.languages:
            yield _token(_unit(path)), (tuple(one.qualname for one in facts.definitions), tuple(_sources(facts)))

    def locate(self, path: str, found: Import) -> Thing | None:
        """The main file of the folder that a source names, or its first; of a dependency, Terragrunt's file."""
        if found.module.startswith(_ABOVE):
            above = self._above(path, found.module)
            return Module(above) if above else None
        if not found.module.startswith("."):
            return None
        folder = _folder(path, found.module)
        files = self._module_files(folder)
        for name in _ENTRIES:
            entry = f"{folder}/{name}".lstrip("/")
            if entry in self.project.facts:
                return Module(entry)
        return Module(files[0]) if files else None

    def missing(self, path: str, found: Import) -> str:
        """A folder that is named by its place and holds no module."""
        if not found.module.startswith(("./", "../")) or self.locate(path, found) is not None:
            return ""
        return "no module in that folder"

    def reference_links(self, path: str) -> Iterable[Link]:
        """The links of a file's addresses."""
        for one in self.project.references(path):
            found = self._meaning(path, one)
            if found is not None:
                target, origin, confidence = found
                place = (one.name, one.line, one.column, one.scope)
                yield Link(*place, target.path, target.index, "references", origin, confidence)

    # --- addresses ----------------------------------------------------------------------------------------------------

    def _meaning(self, path: str, one: Reference) -> tuple[Symbol, str, float] | None:
        """The block that a reference means, the rule that says so, and how sure that is."""
        first, _, rest = one.qualifier.partition(".")
        if one.qualifier == "?" or rest.count(".") > 1:
            return None
        if one.kind == "keyword" and first != "module":
            return self._set(path, one)
        unit = self._unit_of(path)
        if first == "module" and rest:
            return self._of_module(path, unit, one) if "." not in rest else None
        if one.qualifier.endswith(".locals"):
            return self._of_read(path, one)
        if rest and first not in _ADDRESSED_BY_TWO:
            return None
        if not first:
            # Functions and variables of files that stand alone are named without more (bake files).
            found = self._pick(path, unit, f"var.{one.name}") if unit == path else None
        else:
            address = f"{one.qualifier}.{one.name}"
            found = self._pick(path, unit, address) or self._pick(path, unit, f"provider.{address}")
        return (found, _SAME, 0.99) if found is not None else None

    def _of_read(self, path: str, one: Reference) -> tuple[Symbol, str, float] | None:
        """A local value of a file that Terragrunt reads from a folder above."""
        source = self._read.get((path, one.qualifier.removesuffix(".locals")), "")
        above = self._above(path, source) if source else ""
        found = self._pick(path, _unit(above), f"local.{one.name}") if above else None
        return (found, _OTHER, 0.95) if found is not None else None

    def _above(self, path: str, source: str) -> str:
        """The file that is looked for in the folders above that of a file."""
        folder, name = parent(path), source.removeprefix(_ABOVE)
        while folder:
            folder = parent(folder)
            place = f"{folder}/{name}".lstrip("/")
            if place in self.project.facts:
                return place
        return ""

    def _of_module(self, path: str, unit: str, one: Reference) -> tuple[Symbol, str, float] | None:
        """An output of a module that is called, or the variable that an argument in its block sets."""
        self.linker.consult(_token(unit))
        source = self._sources.get((unit, one.qualifier))
        if source is None:
            return None
        kind = "var" if one.kind == "keyword" else "output"
        found = self._pick(path, _of_folder(source), f"{kind}.{one.name}")
        return (found, _OTHER, 0.98) if found is not None else None

    def _set(self, path: str, one: Reference) -> tuple[Symbol, str, float] | None:
        """The variable that a file of values, or Terragrunt's inputs, set."""
        if one.qualifier == "inputs":
            sources = [source for address, source in _sources(self.project.facts[path]) if address == "terraform"]
            folder = _folder(path, sources[0]) if len(sources) == 1 and sources[0].startswith(("./", "../")) else None
            found = self._pick(path, _of_folder(folder), f"var.{one.name}") if folder is not None else None
            return (found, _OTHER, 0.95) if found is not None else None
        if not path.endswith(_VALUES):
            return None
        unit = self._unit_of(path)
        found = self._pick(path, unit, f"var.{one.name}")
        near = unit == _unit(path)
        return (found, _SAME if near else "module above", 0.98 if near else 0.9) if found is not None else None

    def _pick(self, path: str, unit: str, address: str) -> Symbol | None:
        """The block of an address: of several, the one in the file itself, or the only one that overrides nothing."""
        self.linker.consult(_token(unit))
        found = self._blocks.get((unit, address), [])
        if len(found) > 1:
            own = [one for one in found if one.path == path]
            found = own or [one for one in found if not _overrides(one.path)]
        return found[0] if len(found) == 1 else None

    def _unit_of(self, path: str) -> str:
        """The module that the addresses in a file are of; for tests and values it may be that of a folder above."""
        unit = _unit(path)
        if not path.endswith((*_TESTS, *_VALUES)):
            return unit
        folder = parent(path)
        while not self._module_files(folder, unit):
            if not folder:
                return unit
            folder = parent(folder)
        return _of_folder(folder, unit)

    def _module_files(self, folder: str, like: str = "") -> list[str]:
        """The files of the module in a folder that are neither tests nor values, nearest to its name first."""
        unit = _of_folder(folder, like)
        self.linker.consult(_token(unit))
        return [path for path in self._files.get(unit, ()) if not path.endswith((*_TESTS, *_VALUES))]


def _unit(path: str) -> str:
    """The namespace that a file belongs to: its folder's, or its own."""
    if path.endswith((*_MODULES, *_TESTS, ".tfvars")):
        return _of_folder(parent(path))
    return f"{parent(path)}/*.pkr.hcl" if path.endswith(_PACKER) else path


def _of_folder(folder: str, like: str = "") -> str:
    return f"{folder}/*.pkr.hcl" if like.endswith(".pkr.hcl") else f"{folder}/*.tf"


def _token(unit: str) -> str:
    return f"terraform\0{unit}"


def _folder(path: str, source: str) -> str:
    """The folder that a relative source names; a doubled slash parts off nothing here."""
    folder = beside(path, source.partition("?")[0])
    return "" if folder == "." else folder


def _overrides(path: str) -> bool:
    stem = path.rpartition("/")[2].partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _read(facts: FileFacts) -> Iterator[tuple[str, str]]:
    """The address of each block, or local value, for which a file is read from the folders above, and what that is."""
    for found in facts.imports:
        if found.module.startswith(_ABOVE) and found.scope >= 0:
            around = facts.definitions[found.scope].qualname
            held = [one for one in facts.definitions if one.parent == found.scope and one.line == found.line]
            yield (held[0].qualname if held else around), found.module


def _sources(facts: FileFacts) -> Iterator[tuple[str, str]]:
    """The address of each block that names a folder, and what it names."""
    for found in facts.imports:
        if found.scope >= 0:
            yield facts.definitions[found.scope].qualname, found.module
