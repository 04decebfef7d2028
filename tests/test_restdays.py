"""Rest days: local dates in, a word out."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.restdays import advise, local_date

TODAY = date(2026, 11, 24)
TOKYO = ZoneInfo("Asia/Tokyo")


def days_ago(*back: int) -> set[date]:
    return {TODAY - timedelta(days=n) for n in back}


@pytest.mark.parametrize(
    ("back", "strength"),
    [
        ((), None),
        ((0,), None),  # several sets on one evening are one day
        ((2, 4), None),
        ((2, 4, 6), None),
        ((8, 9, 10, 11), None),  # longer ago than a week
        ((-1,), None),  # a file that claims to be from tomorrow
        ((1,), "kind"),
        ((0, 1), "kind"),
        ((1, 2), "strong"),
        ((1, 2, 3), "strong"),
        ((2, 3, 5, 7), "kind"),  # four of seven, though not yesterday
    ],
)
def test_when_a_word_is_said(back: tuple[int, ...], strength: str | None) -> None:
    advice = advise(days_ago(*back), TODAY)
    assert (advice.strength if advice else None) == strength


def test_the_word_offers_something_else_before_and_tomorrow_after() -> None:
    advice = advise(days_ago(1), TODAY)
    assert advice is not None
    assert "かかと上げ" in advice.before.ja
    assert "heel raises" in advice.before.en
    assert "明日" in advice.after.ja
    assert "tomorrow" in advice.after.en


@given(st.sets(st.dates(date(2026, 10, 1), date(2026, 12, 31))), st.dates(date(2026, 10, 1), date(2026, 12, 31)))
def test_more_training_never_silences_the_word(days: set[date], extra: date) -> None:
    rank = {None: 0, "kind": 1, "strong": 2}
    before, after = advise(days, TODAY), advise(days | {extra}, TODAY)
    assert rank[after.strength if after else None] >= rank[before.strength if before else None]


@pytest.mark.parametrize(
    ("started_at", "expected"),
    [
        (None, None),
        ("2026-11-24T23:59:59+09:00", date(2026, 11, 24)),
        ("2026-11-25T00:00:00+09:00", date(2026, 11, 25)),
        ("2026-11-23T22:30:00+00:00", date(2026, 11, 24)),  # phones write UTC: it is morning in Tokyo
        ("2026-11-23T22:30:00Z", date(2026, 11, 24)),
        ("2026-11-24T21:00:00-05:00", date(2026, 11, 24)),  # filmed on a journey: the date on the wall there
        ("2026-11-24T19:00:00", date(2026, 11, 24)),
    ],
)
def test_the_date_on_the_wall(started_at: str | None, expected: date | None) -> None:
    assert local_date(started_at, TOKYO) == expected


def test_daylight_saving_moves_no_date() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert local_date("2026-03-28T22:30:00+00:00", berlin) == date(2026, 3, 28)
    assert local_date("2026-03-29T21:30:00+00:00", berlin) == date(2026, 3, 29)
    assert local_date("2026-03-29T22:30:00+00:00", berlin) == date(2026, 3, 30)  # summer time began that night
