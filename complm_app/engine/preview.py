"""What a question would cost: tokens, memory, the wait for the first word."""

from __future__ import annotations

from complm_app.core.past_answers import last_timings
from complm_app.engine.answering import choose_reading, documents_of, reminded
from complm_app.engine.protocol import Job, Preview, PreviewRequest
from complm_app.engine.workspace import Workspace, mode_of

REMEMBERED_ANSWERS = 20


def preview(workspace: Workspace, request: PreviewRequest) -> Job:
    """Ends with Preview. Chooses what to read as the answer would, and reads nothing of it.

    The wait is the longest that is likely: what of the documents is still in memory from an
    earlier question is not looked at. Raises what `answer` raises.
    """
    documents = documents_of(workspace.library, request.question)
    mode = mode_of((yield from workspace.model()), request.question.ratio)
    asked = reminded(workspace.library, mode.model, request.question)
    choice = (yield from choose_reading(workspace, mode, asked, documents)).choice
    segments = {row.key: row for passage in choice.read for row in passage.segments}
    stored = workspace.cache.stored_keys(segments) if mode.compressor is not None else segments
    uncompressed = sum(len(segments[key].token_ids) for key in segments if key not in stored)
    verbatim = sum(passage.tokens for passage in choice.verbatim)
    positions = sum(passage.positions(mode.ratio) for passage in choice.read) + verbatim
    positions += mode.model.reader.overhead(asked.question, asked.earlier)
    per_position = mode.model.position_bytes
    rates = workspace.rates
    if rates.beginning.per_second is None:
        rates.add_answers(last_timings(workspace.library, mode.model.name, REMEMBERED_ANSWERS))
    yield Preview(
        tokens=sum(passage.tokens for passage in choice.all()),
        uncompressed=uncompressed,
        positions=positions,
        memory_bytes=None if per_position is None else positions * per_position,
        wait_s=rates.first_word(uncompressed, positions),
    )
