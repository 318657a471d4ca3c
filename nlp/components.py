"""The steps of the spaCy pipeline: rules, words' heads, encoder. The only module that imports spaCy; import it late.

A document carries its reading in ``user_data["reading"]``; what was found is put beside it, and the kind's
probabilities in ``doc.cats``. Files are written by ``to_disk``: JSON and plain arrays, never a pickle.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from domain.ports import SafetyScan
from domain.understanding import Reading
from nlp.encoder import FILES, Encoder
from nlp.features import prepare
from nlp.heads import Heads
from nlp.mixing import mixed
from nlp.reader import RuleReader
from nlp.rules import load_markers

RULES, HEADS, ENCODER = "tenantline_rules", "tenantline_heads", "tenantline_encoder"


def reading_in(doc: Doc) -> Reading:
    """The reading a document was made from; a bare document is read as its own text."""
    reading = doc.user_data.get("reading")
    if isinstance(reading, Reading):
        return reading
    return Reading(id="", channel="email", text=doc.text, new_text=doc.text)


def doc_of(pipeline: Language, reading: Reading) -> Doc:
    """A document without tokens: our steps read the reading, and spaCy's tokenizer would cost half of the whole."""
    doc = Doc(pipeline.vocab)
    doc.user_data["reading"] = reading
    return doc


class RulesStep:
    """Finds markers, dangers and language, with the words of the installed code and configuration."""

    def __init__(self) -> None:
        self.reader: RuleReader | None = None

    def connect(self, safety: SafetyScan) -> None:
        """Give it the scanner, which is made from the landlord's own ``config/hazards.toml``."""
        self.reader = RuleReader(safety, load_markers())

    def __call__(self, doc: Doc) -> Doc:
        """Put what rules find into ``user_data["rules"]``."""
        if self.reader is None:
            raise RuntimeError("the rules step has no safety scanner; load the pipeline through nlp.understander.load")
        doc.user_data["rules"] = self.reader.read(reading_in(doc))
        return doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Nothing is learnt here, so nothing is written."""
        del path, exclude

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "RulesStep":
        """Nothing to read."""
        del path, exclude
        return self


class HeadsStep:
    """Makes the vector and asks all heads."""

    def __init__(self) -> None:
        self.heads: Heads | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Put the vector and the probabilities beside the rules' findings."""
        return next(self.pipe([doc], batch_size=1))

    def pipe(self, stream: Iterable[Doc], batch_size: int) -> Iterator[Doc]:
        """The same for many documents, of which ``batch_size`` are reckoned at once."""
        if self.heads is None:
            raise RuntimeError("the heads step holds no weights; train a model or load one from its folder")
        kinds = next(head.answers for head in self.heads.heads if head.name == "kind")
        coming = iter(stream)
        while docs := list(islice(coming, batch_size)):
            prepared = [prepare(reading_in(doc), doc.user_data["rules"].names) for doc in docs]
            vectors = self.heads.space.vectors(prepared)
            chances = self.heads.chances(self.heads.scores_of_all(vectors))
            rows = {name: values.tolist() for name, values in chances.items()}
            for place, (doc, vector) in enumerate(zip(docs, vectors, strict=True)):
                doc.user_data["vector"] = vector
                doc.user_data["chances"] = {name: values[place] for name, values in rows.items()}
                doc.cats = dict(zip(kinds, rows["kind"][place], strict=True))
                yield doc

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the weights as plain arrays."""
        del exclude
        if self.heads is not None:
            self.heads.save(Path(path))

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "HeadsStep":
        """Read the weights."""
        del exclude
        self.heads = Heads.load(Path(path))
        return self


class EncoderStep:
    """Asks the encoder, and brings its opinion and the words' together."""

    def __init__(self) -> None:
        self.encoder: Encoder | None = None
        self.answers: dict[str, tuple[str, ...]] = {}
        self._folder: Path | None = None

    def connect(self, heads: Heads) -> None:
        """Tell it the answers of the words' heads, in their order."""
        self.answers = {head.name: head.answers for head in heads.heads}

    def __call__(self, doc: Doc) -> Doc:
        """Mix the encoder's probabilities into those of the words."""
        return next(self.pipe([doc], batch_size=1))

    def pipe(self, stream: Iterable[Doc], batch_size: int) -> Iterator[Doc]:
        """The same for many documents."""
        if self.encoder is None or not self.answers:
            raise RuntimeError("the encoder holds no weights; train a model or load one from its folder")
        shape = self.encoder.shape
        coming = iter(stream)
        while docs := list(islice(coming, batch_size)):
            found = self.encoder.read([reading_in(doc) for doc in docs])
            for doc, heard in zip(docs, found, strict=True):
                both = mixed(doc.user_data["chances"], heard.chances, self.answers, shape)
                doc.user_data["chances"] = both
                doc.user_data["heard"] = heard
                doc.cats = dict(zip(self.answers["kind"], both["kind"], strict=True))
            yield from docs

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Copy the files from where they were read."""
        del exclude
        if self._folder is not None and self._folder != Path(path):
            Path(path).mkdir(parents=True, exist_ok=True)
            for name in FILES:
                copyfile(self._folder / name, Path(path) / name)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "EncoderStep":
        """Read the weights."""
        del exclude
        self._folder = Path(path)
        self.encoder = Encoder.load(self._folder)
        return self


def _register(name: str, make: Callable[[], Any]) -> None:
    def factory(nlp: Language, name: str) -> Any:
        del nlp, name
        return make()

    Language.factory(name, func=factory)


_register(RULES, RulesStep)
_register(HEADS, HeadsStep)
_register(ENCODER, EncoderStep)


def new_pipeline(heads: Heads | None = None, encoder: Path | None = None, version: str = "0") -> Language:
    """A blank English pipeline with our steps; ``encoder`` is the folder of its files, left out: words alone."""
    about = {"name": "tenantline", "version": version, "description": "Understands messages to a landlord"}
    pipeline = spacy.blank("en", meta=about)
    pipeline.add_pipe(RULES)
    step = pipeline.add_pipe(HEADS)
    step.heads = heads  # type: ignore[attr-defined]
    if encoder is not None and heads is not None:
        reads = pipeline.add_pipe(ENCODER)
        reads.from_disk(encoder)  # type: ignore[attr-defined]
        reads.connect(heads)  # type: ignore[attr-defined]
    return pipeline


def load_pipeline(folder: Path, safety: SafetyScan) -> Language:
    """The pipeline of a model's folder, connected to a scanner. Raises ``OSError``, ``ValueError`` or ``KeyError``."""
    pipeline = spacy.load(folder)
    connect(pipeline, safety)
    if pipeline.has_pipe(ENCODER):
        pipeline.get_pipe(ENCODER).connect(heads_of(pipeline))  # type: ignore[attr-defined]
    return pipeline


def name_of(pipeline: Language) -> str:
    """What it is made of and its version, which every message keeps that was understood by it."""
    parts = "words+encoder" if pipeline.has_pipe(ENCODER) else "words"
    return f"rules+{parts}-{pipeline.meta['version']}"


def connect(pipeline: Language, safety: SafetyScan) -> None:
    """Give the rules step its scanner."""
    step = pipeline.get_pipe(RULES)
    assert isinstance(step, RulesStep)  # noqa: S101 - told to mypy; the pipeline is our own
    step.connect(safety)


def heads_of(pipeline: Language) -> Heads:
    """The weights of a pipeline."""
    step = pipeline.get_pipe(HEADS)
    assert isinstance(step, HeadsStep)  # noqa: S101 - as above
    assert step.heads is not None  # noqa: S101 - as above
    return step.heads
