"""The columns of the 台帳: what each shows of a person, what it is sorted by, and which are shown at first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoken_desktop.domain.codes import CareSetting, PersonState, PlanStatus, Standing
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.services import endurances
from hoken_desktop.services.person_lists import More, PersonLine
from hoken_desktop.ui.kit.tables import Align, Cell, Column
from hoken_desktop.ui.pages.freshness import ago, tone
from hoken_desktop.ui.pages.person_facts import narrow
from hoken_desktop.words import label, say

_CARE_TONES = {CareSetting.UNKNOWN: "warn", CareSetting.DECEASED: "text2", CareSetting.MOVED_OUT: "text2"}
_CONSENT_LOOKS = {
    Standing.VALID: ("check", "done"),
    Standing.UNKNOWN: ("help-circle", "warn"),
    Standing.PENDING: ("help-circle", "warn"),
    Standing.GIVER_NOT_ENTITLED: ("help-circle", "warn"),
    Standing.EXPIRED: ("alert-triangle", "danger"),
    Standing.REFUSED: ("x", "text2"),
    Standing.WITHDRAWN: ("x", "text2"),
}

USUAL = ("mark", "kana", "name", "age", "place", "care", "endurance", "consent", "seen")
"""The columns of somebody who has chosen none."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What cells need to know beside their person."""

    day: date
    municipalities: Mapping[str, str]
    name_of: Callable[[str], str]

    def municipality(self, code: str) -> str:
        return self.municipalities.get(code) or self.name_of(code)


@dataclass(frozen=True, slots=True)
class PersonColumn:
    """A column by its key; `more` is what its lines must be asked for."""

    key: str
    word: str
    show: Callable[[PersonLine, Setting], Cell | str]
    width: int
    align: Align = Align.LEFT
    sort: str = ""
    grow: int = 0
    lead: bool = False
    more: More | None = None

    def of(self, setting: Setting) -> Column[PersonLine]:
        """The table's column."""
        show = self.show
        return Column(
            say(self.word), lambda one: show(one, setting), self.width, self.align, self.sort, self.grow, self.lead
        )


def _age(one: PersonLine, _setting: Setting) -> Cell:
    if one.age is None or one.birth_on is None:
        return Cell(say("persons_page.unknown"), "warn")
    return Cell(str(one.age), tip=format_wareki(one.birth_on))


def _birth(one: PersonLine, _setting: Setting) -> Cell:
    if one.birth_on is None:
        return Cell(say("persons_page.unknown"), "warn")
    return Cell(format_wareki(one.birth_on), tip=one.birth_on.isoformat())


def _place(one: PersonLine, setting: Setting) -> Cell:
    """市町 and the rest of the address, with the whole of it on hover."""
    if not one.municipality:
        return Cell(one.address or say("persons_page.not_written"), "warn", tip=say("persons_page.no_municipality"))
    name = setting.municipality(one.municipality)
    rest = one.address.partition(name)[2].strip()
    return Cell(f"{name} {rest}".strip(), tip=one.address)


def _municipality(one: PersonLine, setting: Setting) -> Cell:
    if not one.municipality:
        return Cell(say("persons_page.no_municipality"), "warn")
    return Cell(setting.municipality(one.municipality))


def _address(one: PersonLine, _setting: Setting) -> Cell:
    return Cell(one.address) if one.address else Cell(say("persons_page.not_written"), "warn")


def _care(one: PersonLine, _setting: Setting) -> Cell:
    if one.state is PersonState.ENDED:
        return Cell(label(one.state), "text2")
    return Cell(label(one.care_setting), _CARE_TONES.get(one.care_setting, "text"))


def _position(one: PersonLine, _setting: Setting) -> Cell:
    if one.unmapped is None:
        return Cell(say("persons_page.on_map"), icon="map-pin", tone="done")
    return Cell(label(one.unmapped), "warn")


def _seen(one: PersonLine, setting: Setting) -> Cell:
    if one.confirmed_on is None:
        return Cell(say("persons_page.never_seen"), "warn")
    day = one.confirmed_on
    return Cell(ago(day, setting.day), tone(day, setting.day), tip=format_wareki(day))


def _consent(one: PersonLine, _setting: Setting) -> Cell:
    if one.consent is None:
        return Cell(say("persons_page.does_not_apply"), "text3", tip=say("persons_page.no_recipient"))
    icon, colour = _CONSENT_LOOKS[one.consent]
    return Cell(label(one.consent), colour, icon=icon)


def _endurance(one: PersonLine, _setting: Setting) -> Cell:
    found = one.endurance
    if found is None or not found.applies:
        return Cell(say("persons_page.does_not_apply"), "text3")
    colour = endurances.tone(found.hours)
    return Cell(
        endurances.short_words(found), colour, bold=colour != "text",
        icon="alert-triangle" if found.hours is None else "",
        tip=" / ".join(endurances.sum_words(span) for span in (found.power, found.oxygen) if span is not None),
    )  # fmt: skip


def _plan(one: PersonLine, _setting: Setting) -> Cell:
    plan = one.support_plan or PlanStatus.UNKNOWN
    return Cell(label(plan), "warn" if plan is PlanStatus.UNKNOWN else "text")


def _phone(one: PersonLine, _setting: Setting) -> Cell:
    return Cell(one.phone) if one.phone else Cell(say("persons_page.not_written"), "text3")


def _numbers(one: PersonLine, _setting: Setting) -> Cell:
    words = say("persons_page.dot").join(one.beneficiary_nos)
    return Cell(words) if words else Cell(say("persons_page.not_written"), "text3")


def _kana(one: PersonLine, _setting: Setting) -> Cell:
    if not one.name_kana:
        return Cell(say("persons_page.not_written"), "text3")
    return Cell(narrow(one.name_kana), "text2")


ALL = {
    column.key: column
    for column in (
        PersonColumn("mark", "persons_page.device", lambda p, _s: Cell(mark=p.group), 48, Align.CENTRE, "group"),
        PersonColumn("kana", "persons_page.kana", _kana, 112, sort="kana", grow=2),
        PersonColumn("name", "persons_page.name", lambda p, _s: narrow(p.name), 100, sort="kana", grow=2, lead=True),
        PersonColumn("age", "persons_page.age_head", _age, 48, Align.RIGHT, "birth"),
        PersonColumn("place", "persons_page.place_head", _place, 128, sort="address", grow=4),
        PersonColumn("care", "persons_page.care_head", _care, 76, sort="care"),
        PersonColumn(
            "endurance", "persons_page.endurance_head", _endurance, 96, Align.RIGHT, "endurance", more=More.FACTS
        ),
        PersonColumn("consent", "persons_page.consent_head", _consent, 90, sort="consent", more=More.CONSENT),
        PersonColumn("seen", "persons_page.seen", _seen, 84, Align.RIGHT, "seen"),
        PersonColumn("position", "persons_page.position", _position, 92, sort="position"),
        PersonColumn("plan", "persons_page.plan_head", _plan, 76, sort="plan", more=More.FACTS),
        PersonColumn("number", "persons_page.registry_no", lambda p, _s: p.registry_no, 80, sort="registry_no"),
        PersonColumn("birth", "persons_page.birth_on", _birth, 124, sort="birth_on"),
        PersonColumn("sex", "persons_page.sex", lambda p, _s: label(p.sex), 76, sort="sex"),
        PersonColumn("municipality", "persons_page.municipality", _municipality, 76, sort="municipality"),
        PersonColumn("address", "persons_page.address", _address, 200, sort="address", grow=4),
        PersonColumn("phone", "persons_page.phone_home", _phone, 112, sort="phone"),
        PersonColumn(
            "beneficiary", "persons_page.beneficiary_no", _numbers, 96, sort="beneficiary", more=More.BENEFIT
        ),
    )
}
"""Every column there is, by its key."""


def columns(keys: Iterable[str], setting: Setting) -> tuple[Column[PersonLine], ...]:
    """The columns of these keys, in their order."""
    return tuple(ALL[key].of(setting) for key in keys)


def needed(keys: Iterable[str]) -> frozenset[More]:
    """What lines must be asked for."""
    return frozenset(more for key in keys if (more := ALL[key].more) is not None)


@dataclass(frozen=True, slots=True)
class Lines:
    """The people found, read a window at a time; `first` are the lines of the first window, read with the ids."""

    ids: Sequence[str]
    persons: Any
    more: frozenset[More]
    first: Sequence[PersonLine] = ()

    def count(self) -> int:
        return len(self.ids)

    def page(self, offset: int, limit: int) -> Sequence[PersonLine]:
        if offset == 0 and len(self.first) >= min(limit, len(self.ids)):
            return self.first[:limit]
        found: list[PersonLine] = self.persons.lines(self.ids[offset : offset + limit], more=self.more)
        return found
