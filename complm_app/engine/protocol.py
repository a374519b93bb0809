"""What goes into the engine and what comes out. Imports neither torch nor Qt."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from complm_app.core.blocks import Block as Block
from complm_app.core.blocks import EmbeddingBlock as EmbeddingBlock
from complm_app.core.snapshots import Snapshots
from complm_app.engine.memory import MemoryPlan
from complm_app.engine.plans import EarlierTurn, PieceOfAnswer, Prefilled, ReaderDone, ReadingPlan
from complm_app.errors import ComplmError

# ---- requests: everything that the result depends on is in them


@dataclass(frozen=True, slots=True)
class AddRequest:
    """Read a file into the library and compress it."""

    path: Path
    password: str | None = None
    ratio: int | None = None
    """Source tokens per concept embedding; None: the model's usual one; 1: do not compress."""
    collection: int | None = None
    """The document is put into this one."""


@dataclass(frozen=True, slots=True)
class CompressRequest:
    """Compress what of a document has no CEs yet."""

    document: str
    ratio: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question. No documents: the whole library."""

    question: str
    documents: tuple[str, ...] = ()
    ratio: int | None = None
    answer_tokens: int = 64
    verbatim_tokens: int = 256
    """How many tokens of the best passages are read word for word beside the CEs."""
    chat: int | None = None
    """The chat that the turn is stored in; None: not stored."""
    replaces: int | None = None
    """The turn of this chat that the answer takes the place of; None: a new turn."""
    waiting: int = 0
    """How many files in scope are not in the library yet: the coverage says so."""
    earlier: tuple[EarlierTurn, ...] = ()
    """Turns that the model is reminded of; those of `chat` where none are named."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What a question would cost, without asking it."""

    question: AnswerRequest


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """Fetch a model from a hub into the models folder."""

    repo: str
    """Its name on the hub, such as Qwen/Qwen3-0.6B, or the address of its page."""
    models: Path
    endpoint: str = "https://huggingface.co"
    token: str | None = field(default=None, repr=False)
    offline: bool = True
    """The user's switch: nothing is fetched while it is on."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Use a model folder that is on this computer already: in place, or as a copy."""

    folder: Path
    models: Path
    copy: bool = False


Request: TypeAlias = (
    AddRequest | CompressRequest | AnswerRequest | PreviewRequest | DownloadRequest | ImportRequest
)


# ---- events: what a job yields; the last one says how it ended


@dataclass(frozen=True, slots=True)
class Progress:
    """`stage` is waiting (for another program), reading, segmenting, loading, compressing, prefill,
    connecting, checking, downloading or copying; `unit` is for people."""

    stage: str
    done: int
    total: int
    unit: str
    per_second: float | None = None
    seconds_left: float | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """The end of an AddRequest. Counts are segments of this document.

    `replaced` is the document that this one took the place of: the file had changed.
    """

    document: str
    title: str
    pages: int
    pages_without_text: int
    already_there: bool
    segments: int
    compressed: int
    reused: int
    tokens: int
    seconds: float
    replaced: str | None = None


@dataclass(frozen=True, slots=True)
class Compressed:
    """The end of a CompressRequest."""

    document: str
    segments: int
    compressed: int
    reused: int
    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which pages the reader is given. `mode` is whole or passages."""

    pages_read: int
    pages_total: int
    mode: str
    unread_documents: tuple[str, ...] = ()
    """Documents in scope of which nothing is read."""
    waiting: int = 0
    """Files in scope that were not in the library yet."""
    limit: str = ""
    """Why no more is read, where it is memory that the model has too little of."""


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """`page_index` counts from 0; start and end are offsets in that page's text."""

    document: str
    page_index: int
    label: str
    start: int
    end: int
    quote: str
    verbatim: bool
    """Whether the answer's own words stand there; else `quote` is the passage it was read from."""


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    total: int
    reused: int
    compressed: int


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds. `first_token_s` runs from the request to the first piece of text."""

    plan_s: float
    compress_s: float
    prefill_s: float
    first_token_s: float
    total_s: float
    load_s: float = 0.0
    """Loading the model, where this request was the first; not part of the others."""
    reused_positions: int = 0
    """Positions of the kept prefix that this answer did not have to read again."""
    read_positions: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """The end of an AnswerRequest. `text` equals the streamed pieces joined."""

    text: str
    found: bool
    citations: tuple[Citation, ...]
    coverage: Coverage
    segments: SegmentCounts
    timings: Timings
    model: str
    ratio: int
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """The end of a DownloadRequest or an ImportRequest: a model that can be used."""

    folder: Path
    name: str
    size_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Preview:
    """The end of a PreviewRequest. `tokens` are the documents' own, `uncompressed` of them have no
    CEs yet; `positions` is what is read of the model's window."""

    tokens: int
    uncompressed: int
    positions: int
    memory_bytes: int | None
    """Of the KV cache; None: not known of this model."""
    wait_s: float | None
    """To the first word, by what this computer has done so far; None: nothing yet."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended with an error that the user may see."""

    error: ComplmError


@dataclass(frozen=True, slots=True)
class Crashed:
    """The job ended with a bug. `report` is the traceback, to copy."""

    report: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    pass


Event: TypeAlias = (
    Progress
    | Added
    | Compressed
    | Coverage
    | Token
    | Answered
    | Preview
    | Installed
    | Failed
    | Crashed
    | Cancelled
)
Job: TypeAlias = Generator[Event, None, None]


# ---- models, as the jobs see them


class TextTokenizer(Protocol):
    fingerprint: str
    """Changes whenever the ids of the same text would."""

    def tokenize(self, texts: Sequence[str]) -> list[tuple[list[int], list[tuple[int, int]]]]:
        """For each text: token ids without special tokens, and their (start, end) characters."""
        ...


class Compressor(Protocol):
    segment_tokens: int
    ratios: tuple[int, ...]

    def fingerprint(self, ratio: int) -> str:
        """Changes whenever the CEs of the same tokens would."""
        ...

    def batch_tokens(self) -> int:
        """How many source tokens to hand over at once."""
        ...

    def compress(self, segments: Sequence[Sequence[int]], ratio: int) -> list[EmbeddingBlock]:
        """Token ids of segments -> ceil(n / ratio) CEs each. Each segment is read alone."""
        ...

    @property
    def works_ahead(self) -> bool:
        """Whether what `begin` begins goes on by itself."""
        ...

    def begin(
        self, segments: Sequence[Sequence[int]], ratio: int
    ) -> Callable[[], list[EmbeddingBlock]]:
        """The same in two steps, so that a graphics card works while its last batch is written."""
        ...


ReaderStep: TypeAlias = Progress | Prefilled | PieceOfAnswer | ReaderDone


class Reader(Protocol):
    name: str

    @property
    def window(self) -> int:
        """Positions that prompt, documents, question and answer must fit into now."""
        ...

    @property
    def limit(self) -> str:
        """Why the window is smaller now than the model's own; empty where it is not."""
        ...

    @property
    def follows_chats(self) -> bool:
        """Whether it can be reminded of earlier turns."""
        ...

    def overhead(self, question: str, earlier: Sequence[EarlierTurn] = ()) -> int:
        """Positions that prompt, earlier turns and question take."""
        ...

    def keep_prefixes(self, snapshots: Snapshots, eight_bits: bool) -> None:
        """From now on, keeps on disk what it has read, and finds there what it has not."""
        ...

    def release(self) -> None:
        """Lets go of all memory that answers could do without."""
        ...

    def rest(self) -> bool:
        """Does a little of what can wait, such as writing to disk. False: nothing is left."""
        ...

    def read(self, plan: ReadingPlan) -> Generator[ReaderStep, None, None]:
        """Prefills (reusing the kept prefix), then decodes. Closing it stops at the next step."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model. No compressor: exact mode only."""

    name: str
    tokenizer: TextTokenizer
    reader: Reader
    compressor: Compressor | None
    usual_ratio: int
    description: str = ""
    """Device, quantization and why, for people."""
    passages: int | None = None
    """Reads at most so many passages at once; None: as many as fit the window."""
    position_bytes: int | None = None
    """What one position takes in the KV cache, at most; None: not known."""
    memory: MemoryPlan | None = None
    """What it takes of its device's memory; None: not known."""
