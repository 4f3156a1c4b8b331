"""Loads a re-ranking model from a local directory that the user names. Nothing is ever downloaded.

The files in it tell which of two kinds it is; both have `tokenizer.json` beside them:

* `model.onnx`: a cross-encoder, which reads task and candidate together and gives one number (or two, of which the
  second speaks for the candidate). It runs on one thread, so that the sums come out the same each time.
* `model.safetensors`: a table of word vectors (one tensor of tokens by dimensions); a candidate's score is the cosine
  of the mean vectors.

The libraries that run them come with the extra `rerank` and are imported with the first score.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from ctxpack.errors import ConfigError
from ctxpack.rank.rerank import Candidate, Reranker

_LONGEST = 512
"""The most tokens of task and candidate together; longer input is truncated at the end."""

_BATCH = 8
_CHARACTERS = 8_000
"""How many characters of a candidate are tokenized: more than `_LONGEST` tokens can hold."""

_MOST_BYTES = 8 << 30
_DTYPES = {"F32": "<f4", "F16": "<f2", "F64": "<f8"}


def load_reranker(directory: Path) -> Reranker:
    """The re-ranker in a directory.

    Raises ConfigError where the files are missing or too large. Its calls raise ConfigError where the extra `rerank` is
    not installed, or the model is not usable.
    """
    files = {name: directory / name for name in ("model.onnx", "model.safetensors", "tokenizer.json")}
    model = next((files[name] for name in ("model.onnx", "model.safetensors") if files[name].is_file()), None)
    if model is None or not files["tokenizer.json"].is_file():
        raise ConfigError(f"{directory} is no re-ranker: it needs tokenizer.json, and model.onnx or model.safetensors")
    if model.stat().st_size > _MOST_BYTES:
        raise ConfigError(f"{model} is too large to be a re-ranker")
    return (
        _CrossEncoder(model, files["tokenizer.json"])
        if model.suffix == ".onnx"
        else _Vectors(model, files["tokenizer.json"])
    )


class _Local:
    """What both kinds share: the files, their identity and the tokenizer."""

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._model, self._tokenizer_file = model, tokenizer

    @cached_property
    def identity(self) -> str:
        """A digest of the files: it enters the fingerprint of packs, so that another model makes another pack."""
        digest = hashlib.blake2b(digest_size=16)
        try:
            for file in (self._model, self._tokenizer_file):
                with file.open("rb") as stream:
                    digest.update(hashlib.file_digest(stream, "blake2b").digest())
        except OSError as error:
            raise ConfigError(f"the re-ranker in {self._model.parent} cannot be read: {error.strerror}") from error
        return f"reranker:{digest.hexdigest()}"

    @cached_property
    def _tokenizer(self) -> Any:
        try:
            return _needed("tokenizers").Tokenizer.from_file(str(self._tokenizer_file))
        except Exception as error:
            if isinstance(error, ConfigError):
                raise
            raise ConfigError(f"{self._tokenizer_file} is no tokenizer: {error}") from error


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ConfigError(f"a re-ranker needs {module}: install the extra `rerank`") from error


def _text(one: Candidate) -> str:
    name = f"{one.path} {one.symbol}" if one.symbol else one.path
    return f"{name}\n{one.text[:_CHARACTERS]}"


class _CrossEncoder(_Local):
    """A cross-encoder: an ONNX model that reads pairs of task and candidate."""

    @cached_property
    def _session(self) -> Any:
        runtime = _needed("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            return runtime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ConfigError(f"{self._model} is no usable model: {_first_line(error)}") from error

    def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
        """The scores of the candidates, computed in batches."""
        pairs = [(task, _text(one)) for one in candidates]
        self._tokenizer.enable_truncation(_LONGEST, strategy="longest_first")
        found: list[float] = []
        for start in range(0, len(pairs), _BATCH):
            encoded = self._tokenizer.encode_batch(pairs[start : start + _BATCH])
            found += self._scored([(one.ids, one.type_ids) for one in encoded])
        return found

    def _scored(self, batch: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[float]:
        numpy = _needed("numpy")
        longest = max(1, *(len(ids) for ids, _ in batch))
        filled = numpy.zeros((3, len(batch), longest), dtype=numpy.int64)
        for row, (ids, kinds) in enumerate(batch):
            filled[0, row, : len(ids)], filled[1, row, : len(ids)], filled[2, row, : len(ids)] = ids, 1, kinds
        given = dict(zip(("input_ids", "attention_mask", "token_type_ids"), filled, strict=True))
        names = [one.name for one in self._session.get_inputs()]
        if unknown := [name for name in names if name not in given]:
            raise ConfigError(f"{self._model} wants the input {unknown[0]!r}, which a re-ranker has not")
        try:
            logits = self._session.run(None, {name: given[name] for name in names})[0]
        except Exception as error:
            raise ConfigError(f"{self._model} gives no scores: {_first_line(error)}") from error
        return [float(row[-1]) for row in logits.reshape(len(batch), -1)]


class _Vectors(_Local):
    """A table of word vectors, one row for each token of the tokenizer."""

    @cached_property
    def _table(self) -> Any:
        numpy = _needed("numpy")
        try:
            raw = numpy.memmap(self._model, dtype=numpy.uint8, mode="r")
            (length,) = struct.unpack("<Q", raw[:8].tobytes())
            header = msgspec.json.decode(raw[8 : 8 + length].tobytes(), type=dict[str, Any])
            tensors = [one for name, one in sorted(header.items()) if name != "__metadata__" and len(one["shape"]) == 2]
            (tensor,) = tensors
            first, last = (8 + length + offset for offset in tensor["data_offsets"])
            return raw[first:last].view(_DTYPES[tensor["dtype"]]).reshape(tensor["shape"])
        except (OSError, ValueError, KeyError, TypeError, struct.error, msgspec.MsgspecError) as error:
            raise ConfigError(f"{self._model} holds no single table of vectors: {_first_line(error)}") from error

    def __call__(self, task: str, candidates: Sequence[Candidate], /) -> list[float]:
        """The cosine similarity of each candidate with the task."""
        wanted = self._mean(task)
        return [_cosine(wanted, self._mean(_text(one))) for one in candidates]

    def _mean(self, text: str) -> list[float]:
        ids = [one for one in self._tokenizer.encode(text, add_special_tokens=False).ids if one < len(self._table)]
        if not ids:
            return [0.0] * int(self._table.shape[1])
        return [float(one) for one in self._table[ids].astype("<f8").mean(axis=0)]


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    size = math.sqrt(_dot(left, left) * _dot(right, right)) if left else 0.0
    return _dot(left, right) / size if size else 0.0


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(one * other for one, other in zip(left, right, strict=True))
