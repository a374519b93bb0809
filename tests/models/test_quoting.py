import time

import numpy as np
import pytest

from complm_app.engine.quoting import Sources, Spelling

PIECES = [
    *(" the", " ferry", "boat", " sails", ".", "\n", " 2", "0", "3", "(", "Tall", "inn", "é"),
    *(" $", ","),
]
THE, FERRY, BOAT, SAILS, DOT, LINE, TWO, ZERO, THREE, OPEN, TALL, INN, E, DOLLAR, COMMA = range(
    len(PIECES)
)
SPELLING = Spelling.of(PIECES)


def test_only_beginnings_of_words_may_begin_a_quotation() -> None:
    start = Sources([[THE, FERRY, BOAT, SAILS, DOT, LINE]], SPELLING).start
    assert start.next_tokens().tolist() == [THE, FERRY, SAILS, DOT]
    assert not start.may_end


def test_a_word_without_a_space_may_begin_after_a_bracket_or_at_the_start() -> None:
    start = Sources([[TALL, INN, OPEN, TALL, INN, E]], SPELLING).start
    assert start.next_tokens().tolist() == [OPEN, TALL]


def test_a_quotation_may_end_only_where_a_word_ends() -> None:
    start = Sources([[FERRY, BOAT, SAILS, DOT]], SPELLING).start
    ferry = start.followed_by(FERRY)
    assert ferry.next_tokens().tolist() == [BOAT]
    assert not ferry.may_end
    assert ferry.followed_by(BOAT).may_end


def test_a_number_is_not_cut() -> None:
    number = Sources([[TWO, ZERO, ZERO, THREE, DOT]], SPELLING).start.followed_by(TWO)
    assert not number.may_end
    assert number.followed_by(ZERO).followed_by(ZERO).followed_by(THREE).may_end


@pytest.mark.parametrize("point", [COMMA, DOT])
def test_a_number_with_a_point_is_one_number(point: int) -> None:
    start = Sources([[TWO, ZERO, point, THREE, COMMA, SAILS, DOT]], SPELLING).start
    assert THREE not in start.next_tokens()
    twenty = start.followed_by(TWO).followed_by(ZERO)
    assert not twenty.may_end
    assert not twenty.followed_by(point).may_end
    assert twenty.followed_by(point).followed_by(THREE).may_end


def test_a_quotation_says_something() -> None:
    dollar = Sources([[DOLLAR, TWO, ZERO, DOT]], SPELLING).start.followed_by(DOLLAR)
    assert not dollar.may_end
    assert dollar.followed_by(TWO).followed_by(ZERO).may_end


def test_a_pronoun_or_an_article_alone_is_no_answer() -> None:
    the = Sources([[THE, FERRY, DOT]], SPELLING).start.followed_by(THE)
    assert not the.may_end
    assert the.followed_by(FERRY).may_end
    pieces = [" We", " of", "The", " US", " IT", " A", " I", " who", " not"]
    assert Spelling.of(pieces).says.tolist() == [False] * 3 + [True] * 3 + [False] + [True] * 2


def test_what_follows_any_occurrence_may_come_next() -> None:
    start = Sources([[THE, FERRY, SAILS], [THE, FERRY, BOAT], [FERRY, DOT]], SPELLING).start
    ferry = start.followed_by(THE).followed_by(FERRY)
    assert ferry.next_tokens().tolist() == [BOAT, SAILS]
    assert ferry.may_end


def test_a_quotation_stays_in_one_source_and_on_one_line() -> None:
    start = Sources([[THE, FERRY], [SAILS, LINE, TALL, INN]], SPELLING).start
    end_of_source = start.followed_by(THE).followed_by(FERRY)
    assert end_of_source.next_tokens().tolist() == []
    assert end_of_source.may_end
    end_of_line = start.followed_by(SAILS)
    assert end_of_line.next_tokens().tolist() == []
    assert end_of_line.may_end


def test_without_sources_nothing_can_be_quoted() -> None:
    assert Sources([], SPELLING).start.next_tokens().tolist() == []


def test_a_token_that_stands_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        Sources([[THE]], SPELLING).start.followed_by(FERRY)


def test_random_walks_stand_word_for_word_in_a_source() -> None:
    random = np.random.default_rng(3)
    runs = [random.integers(0, len(PIECES), 40).tolist() for _ in range(50)]
    sources = Sources(runs, SPELLING)
    texts = ["".join(PIECES[i] for i in run) for run in runs]
    for _ in range(200):
        written: list[int] = []
        state = sources.start
        while len(tokens := state.next_tokens()) and len(written) < 12:
            written.append(int(random.choice(tokens)))
            state = state.followed_by(written[-1])
        quotation = "".join(PIECES[i] for i in written)
        assert any(quotation in text for text in texts)
        assert "\n" not in quotation


def test_a_hundred_thousand_tokens_take_milliseconds() -> None:
    run = np.random.default_rng(5).integers(0, len(PIECES), 100_000).tolist()
    started = time.perf_counter()
    start = Sources([run], SPELLING).start
    start.followed_by(int(start.next_tokens()[0])).next_tokens()
    assert time.perf_counter() - started < 1
