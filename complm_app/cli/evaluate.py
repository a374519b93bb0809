"""`complm eval squad|documents|needle|abstain`: how well questions are answered."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from complm_app.cli.eval_plots import add_plot, add_ratios_and_plot, draw, needle_charts, run_ratios
from complm_app.cli.options import add_json, add_model, add_ratio, positive, session_of
from complm_app.cli.output import Output
from complm_app.paths import Paths
from complm_app.session import DEMO_DOCUMENT, Session, load

if TYPE_CHECKING:
    from complm_app.cli.runner import Runner
    from complm_app.core.library import Library
    from complm_app.engine.protocol import Answered, Model, Progress
    from complm_app.training.abstain import AbstainScore
    from complm_app.training.corpus import Question
    from complm_app.training.evaluation import SquadScore
    from complm_app.training.needle import Found, Haystack, Needle

T = TypeVar("T")


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("eval", help="measure answers against known ones")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")

    def add(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> Any:
        kind = kinds.add_parser(name, help=text, description=text)
        add_ratio(kind)
        add_model(kind)
        add_json(kind)
        kind.set_defaults(run=run)
        return kind

    squad = add(
        "squad", "each question asked of its own paragraph; the first N questions", run_squad
    )
    documents = add(
        "documents", "each article made into a PDF and asked; N questions of all", run_documents
    )
    add_ratios_and_plot(squad)
    needle = add("needle", "facts planted in long documents, asked for one by one", run_needle)
    abstain = add(
        "abstain", "the first N questions asked of their own and of a wrong article", run_abstain
    )
    for kind in (squad, documents, abstain):
        kind.add_argument("--data", type=Path, required=True, metavar="FILE.jsonl")
        kind.add_argument("--limit", type=positive, metavar="N", help="ask only so many")
    add_needle_arguments(needle)
    abstain.add_argument(
        "--threshold",
        type=probability,
        metavar="P",
        help="no answer where the model thinks with more than P that there is none "
        "(default: the model's own)",
    )


def add_needle_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="FILE.jsonl", help="paragraphs to fill pages with"
    )
    parser.add_argument(
        "--pages", type=pages, nargs="+", default=[20], metavar="N", help="1 to 200; 20"
    )
    add_plot(parser, "accuracy against depth and pages")
    parser.add_argument("--limit", type=positive, default=40, metavar="N", help="needles; 40")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another choice; 0")


def probability(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def pages(text: str) -> int:
    from complm_app.training.needle import MOST_PAGES

    number = positive(text)
    if number > MOST_PAGES:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_PAGES}")
    return number


def run_squad(args: argparse.Namespace) -> int:
    from complm_app.training.corpus import load_questions

    if args.ratios or args.plot:
        return run_ratios(args)
    out: Output = args.out
    session = session_of(args)
    questions = load_questions(args.data)[: args.limit]
    score = _squad(session, questions, args.ratio)
    out.value(asdict(score))
    out.say(
        f"{score.n} questions at ratio {score.ratio}: exact match {score.exact_match:.1f}, "
        f"F1 {score.f1:.1f}, {score.seconds:.0f} s"
    )
    return 0


def _squad(session: Session, questions: Sequence[Question], ratio: int | None) -> SquadScore:
    from complm_app.training.evaluation import squad

    def steps(model: Model) -> Generator[Progress, None, SquadScore]:
        return squad(model, questions, ratio or session.settings.ratio)

    return _watched(session, steps)


def _watched(session: Session, steps: Callable[[Model], Generator[Progress, None, T]]) -> T:
    """What the steps return; a line on the terminal shows how far they are."""
    from complm_app.terminal import ProgressLine

    line = ProgressLine(sys.stderr)
    line.show("Loading the model ...")
    running = steps(load(session))
    try:
        while True:
            line.update(next(running))
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        line.clear()


def run_abstain(args: argparse.Namespace) -> int:
    from complm_app.training.abstain import abstain, pairs, set_threshold, threshold_of
    from complm_app.training.corpus import load_questions

    out: Output = args.out
    session = session_of(args)
    asked = pairs(load_questions(args.data), args.limit)

    def steps(model: Model) -> Generator[Progress, None, AbstainScore]:
        if args.threshold is not None:
            set_threshold(model, session.model_folder, args.threshold)
        threshold = threshold_of(model, session.model_folder)
        return abstain(model, asked, args.ratio or session.settings.ratio, threshold)

    score = _watched(session, steps)
    out.value(asdict(score))
    out.say(
        f"{score.n} readings at ratio {score.ratio}: balanced accuracy "
        f"{score.balanced_accuracy:.3f}, precision {score.precision:.3f}, recall "
        f"{score.recall:.3f}; F1 where the answer is there {score.f1:.1f}, {score.seconds:.0f} s"
    )
    return 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, as the answer job answered it."""

    exact: bool
    overlap: float
    page_hit: bool
    """The first citation's page holds a gold answer."""
    found: bool
    first_token_s: float


def run_documents(args: argparse.Namespace) -> int:
    """In a library of its own, so that the user's stays as it is."""
    from complm_app.training.corpus import load_questions
    from complm_app.training.evaluation import spread

    out: Output = args.out
    session = session_of(args)
    everything = load_questions(args.data)
    chosen = spread(everything, args.limit)
    with tempfile.TemporaryDirectory(prefix="complm-eval-") as folder:
        apart = replace(session, paths=Paths.under(Path(folder)))
        apart.paths.create()
        outcomes = _documents(apart, everything, chosen, args.ratio)
    summary = summarise(outcomes)
    out.value(summary)
    out.say("  ".join(f"{name} {value:.4g}" for name, value in summary.items()))
    return 0


def _documents(
    session: Session,
    everything: Sequence[Question],
    chosen: Sequence[Question],
    ratio: int | None,
) -> list[Outcome]:
    from complm_app.cli.add import add_file
    from complm_app.cli.runner import Runner
    from complm_app.core.library import Library
    from complm_app.training.evaluation import articles, write_article

    paragraphs = articles(everything)
    ids: dict[str, str] = {}
    with Runner(session) as runner:
        for number, title in enumerate(dict.fromkeys(question.title for question in chosen)):
            file = session.paths.data / f"article-{number}.pdf"
            write_article(title, paragraphs[title], file)
            ids[title] = add_file(runner, file, None, ratio).document
        with Library.open(session.paths.library_db) as library:
            return ask_all(runner, library, chosen, ids, ratio)


def ask_all(
    runner: Runner,
    library: Library,
    questions: Sequence[Question],
    ids: dict[str, str],
    ratio: int | None,
) -> list[Outcome]:
    from complm_app.cli.ask import answer_of
    from complm_app.training.evaluation import asking

    started = time.perf_counter()
    outcomes = []
    for done, question in enumerate(questions, 1):
        answered = answer_of(runner, question.question, (ids[question.title],), ratio)
        outcomes.append(judge(library, question, answered))
        runner.line.update(asking(done, len(questions), time.perf_counter() - started))
    return outcomes


def judge(library: Library, question: Question, answered: Answered) -> Outcome:
    from complm_app.training.evaluation import exact_match, f1, page_holds

    text = answered.text if answered.found else ""
    pages = [library.page_text(c.document, c.page_index) for c in answered.citations[:1]]
    return Outcome(
        exact=exact_match(text, question.answers),
        overlap=f1(text, question.answers),
        page_hit=any(page_holds(page, question.answers) for page in pages),
        found=answered.found,
        first_token_s=answered.timings.first_token_s,
    )


def summarise(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """exact_match and f1 in percent, the rates from 0 to 1."""
    n = len(outcomes)

    def mean(values: list[float]) -> float:
        return sum(values) / max(1, n)

    times = [outcome.first_token_s for outcome in outcomes]
    return {
        "n": n,
        "exact_match": 100 * mean([float(outcome.exact) for outcome in outcomes]),
        "f1": 100 * mean([outcome.overlap for outcome in outcomes]),
        "page_hit": mean([float(outcome.page_hit) for outcome in outcomes]),
        "found_rate": mean([float(outcome.found) for outcome in outcomes]),
        "first_token_s_median": statistics.median(times) if times else 0.0,
    }


def run_needle(args: argparse.Namespace) -> int:
    """In a library of its own, so that the user's stays as it is."""
    out: Output = args.out
    session = session_of(args)
    summaries = [_needle(session, args, count) for count in args.pages]
    out.value(summaries[0] if len(summaries) == 1 else summaries)
    for each in summaries:
        out.say("  ".join(f"{k} {v:.4g}" for k, v in each.items() if isinstance(v, int | float)))
    if args.plot:
        draw(needle_charts(summaries), args.plot, out)
    return 0


def _needle(session: Session, args: argparse.Namespace, count: int) -> dict[str, Any]:
    from complm_app.training.needle import haystacks, summarise

    documents = haystacks(_prose(args.data), count, args.limit, args.seed)
    with tempfile.TemporaryDirectory(prefix="complm-eval-") as folder:
        apart = replace(session, paths=Paths.under(Path(folder)))
        apart.paths.create()
        outcomes = find_needles(apart, documents, args.limit, args.ratio)
    return summarise(outcomes, count)


def _prose(data: Path | None) -> list[str]:
    """The paragraphs of a file of questions, or the pages of the demo document."""
    from complm_app.core.pdf import parse
    from complm_app.training.corpus import load_questions

    if data is not None:
        return list(dict.fromkeys(question.context for question in load_questions(data)))
    steps = parse(DEMO_DOCUMENT)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return [page.text for page in end.value.pages]


def find_needles(
    session: Session, documents: Iterable[Haystack], total: int, ratio: int | None
) -> list[Found]:
    """One document after the other, each alone in the library while it is asked."""
    from complm_app.cli.add import add_file
    from complm_app.cli.runner import Runner
    from complm_app.core.library import Library
    from complm_app.training.evaluation import asking
    from complm_app.training.needle import write_pages

    outcomes: list[Found] = []
    asking_s = 0.0
    with Runner(session) as runner, Library.open(session.paths.library_db) as library:
        for number, haystack in enumerate(documents):
            file = session.paths.data / f"notes-{number}.pdf"
            write_pages(haystack, file)
            document = add_file(runner, file, None, ratio).document
            for needle in haystack.needles:
                started = time.perf_counter()
                outcomes.append(find(runner, needle, document, ratio))
                asking_s += time.perf_counter() - started
                runner.line.update(asking(len(outcomes), total, asking_s))
            library.remove_document(document)
    return outcomes


def find(runner: Runner, needle: Needle, document: str, ratio: int | None) -> Found:
    from complm_app.cli.ask import answer_of
    from complm_app.training.needle import Found, holds

    answered = answer_of(runner, needle.question, (document,), ratio)
    return Found(
        needle=needle,
        right=answered.found and holds(answered.text, needle.value),
        found=answered.found,
        page_hit=[c.page_index for c in answered.citations[:1]] == [needle.page_index],
        first_token_s=answered.timings.first_token_s,
        ratio=answered.ratio,
    )
