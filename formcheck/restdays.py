"""When to rest: muscles grow between the training days, not on them. A pure function of local dates.

Two to three days a week with rest days between them: Japan's 2023 guide to physical activity (Ministry of Health,
Labour and Welfare), and 48 hours between sessions for the same muscles (ACSM). Hip lift and leg curl train the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from formcheck.text import Text

WEEK_DAYS = 7
MOST_IN_WEEK = 3
ROW_DAYS = 3
"""Training on so many days in a row asks for a stronger word."""

INSTEAD = Text(
    ja="かわりに、かかと上げや姿勢チェックはいかがですか。",
    en="How about heel raises or the posture check instead?",
)
TOMORROW = Text(ja="明日はお休みの日にしましょう。", en="Make tomorrow a rest day.")


@dataclass(frozen=True, slots=True)
class Advice:
    """A word about rest; never a ban. `before` is said before starting, `after` in the report of that day."""

    strength: Literal["kind", "strong"]
    why: Text

    @property
    def before(self) -> Text:
        """What is said to somebody about to start."""
        return _joined(self.why, INSTEAD)

    @property
    def after(self) -> Text:
        """What is said when the training of that day is done."""
        return _joined(self.why, TOMORROW)


def _joined(first: Text, second: Text) -> Text:
    return Text(ja="".join((first.ja, second.ja)), en=" ".join((first.en, second.en)))


def advise(training_days: Collection[date], today: date) -> Advice | None:
    """Whether training on `today` comes too soon after the days before it; None when it does not.

    What was done on `today` itself or later does not matter: several sets on one evening are one day.
    """
    days = set(training_days)
    before = [today - timedelta(days=back) for back in range(1, WEEK_DAYS + 1)]
    if all(day in days for day in before[: ROW_DAYS - 1]):
        return Advice("strong", THIRD_IN_A_ROW)
    if before[0] in days:
        return Advice("kind", DAY_AFTER)
    count = sum(day in days for day in before)
    return Advice("kind", _many(count)) if count > MOST_IN_WEEK else None


THIRD_IN_A_ROW = Text(
    ja="3日続けてのトレーニングになります。筋肉は休んでいる間に育ちます。疲れがたまると、けがのもとです。",
    en="This is the third day of training in a row. Muscles grow while they rest, and tired ones get hurt.",
)
DAY_AFTER = Text(
    ja="昨日もトレーニングの日でした。筋肉は休んでいる間に育つので、1日おきがおすすめです。",
    en="Yesterday was a training day too. Muscles grow while they rest: every other day is best.",
)


def _many(count: int) -> Text:
    return Text(
        ja=f"この7日間で{count}日トレーニングをしています。週に2、3回で十分です。",
        en=f"You trained on {count} of the last 7 days. Two or three times a week is plenty.",
    )


def local_date(started_at: str | None, zone: tzinfo | None = None) -> date | None:
    """The date on the wall where it happened; None where the time is unknown.

    `started_at` is ISO 8601. A time with its own offset keeps its date; one in UTC, as many phones write, is moved to
    `zone`, by default this computer's.
    """
    if not started_at:
        return None
    moment = datetime.fromisoformat(started_at)
    if moment.utcoffset() == timedelta(0):
        moment = moment.astimezone(zone)
    return moment.date()
