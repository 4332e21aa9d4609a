"""What the demo's fictitious people bring: benefit files, consents, particulars and a filled 回答票."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from hoken_desktop.adapters import sealed_sheets, workbook_reading
from hoken_desktop.cli.fictitious import MUNICIPALITIES, SUPPLIERS, Fictitious, renumbered
from hoken_desktop.domain.codes import (
    Choice,
    DeviceGroup,
    EndReason,
    EvidenceSource,
    Exclusion,
    ListUse,
    OnList,
    PlanStatus,
    Scheme,
    Sex,
    SupporterRole,
    YesNoUnknown,
)
from hoken_desktop.domain.consents import age_on
from hoken_desktop.domain.dates import format_wareki
from hoken_desktop.domain.persons import Contact, Supporter
from hoken_desktop.domain.rounds import RoundRow
from hoken_desktop.domain.workbooks import Cell, Column, Sheet, Workbook
from hoken_desktop.services.persons import FactEntry
from hoken_desktop.services.reviews import Decision
from hoken_desktop.words import label, say

_HEADERS = (
    "公費負担者番号", "受給者番号", "受給者氏名", "フリガナ", "生年月日", "性別", "郵便番号", "住所", "電話番号", "疾病番号", "疾病名",
    "有効期間開始日", "有効期間終了日", "階層区分", "人工呼吸器等装着", "人工呼吸器使用の有無", "換気方法", "施行状況", "酸素療法", "酸素流量",
    "備考",
)  # fmt: skip
_CHILD_HEADERS = (*_HEADERS[:20], "保護者氏名")
_VENTILATOR = (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)
_OXYGEN = (DeviceGroup.OXYGEN, DeviceGroup.BOTH)


def _cells(person: Fictitious, as_of: date, random: Random) -> list[str]:
    ventilator, oxygen = person.group in _VENTILATOR, person.group in _OXYGEN
    end = date(as_of.year if as_of.month < 9 else as_of.year + 1, 9, 30)
    known = person.key % 5  # the same person writes the same thing every half-year
    return [
        person.payer_no, person.beneficiary_no, person.name.replace(" ", "　"), person.kana,
        format_wareki(person.birth_on), label(person.sex) if person.sex is not Sex.OTHER else "", person.postcode,
        person.address, person.phone, person.disease_no if person.scheme is Scheme.NANBYO else "", person.disease_name,
        format_wareki(end - timedelta(days=364)), format_wareki(end),
        "人工呼吸器等装着者" if person.certified else random.choice(("一般所得Ⅰ", "一般所得Ⅱ", "低所得Ⅱ", "上位所得")),
        "該当" if person.certified else "", "あり" if ventilator else "なし",
        ("TPPV(気管切開)" if known < 3 else "NPPV(マスク)") if ventilator else "",
        ("一日中施行" if known < 3 else "夜間に継続的に施行") if ventilator else "",
        "あり" if oxygen else "なし", f"{0.5 + known * 0.5:g}" if oxygen else "",
    ]  # fmt: skip


def write_benefits(folder: Path, as_of: date, people: Iterable[Fictitious], random: Random) -> dict[Scheme, Path]:
    """The two benefit files: 難病 as xlsx with title rows, 小慢 as a CSV of CP932, both with blank and faulty rows."""
    by_scheme: dict[Scheme, list[list[str]]] = {Scheme.NANBYO: [], Scheme.SHOMAN: []}
    for person in renumbered(people):
        row = _cells(person, as_of, random)
        by_scheme[person.scheme].append([*row, person.guardian.replace(" ", "　")] if person.guardian else [*row, ""])
    odd = ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""]
    nanbyo = by_scheme[Scheme.NANBYO]
    nanbyo[40:40] = [odd, [*odd[:2], "見本 日付", "みほん ひづけ", "令和5年13月1日", *odd[5:]]]
    nanbyo[90:90] = [["5411601", "1234", "", "", "", *odd[5:]]]
    by_scheme[Scheme.SHOMAN][20:20] = [odd]
    stem = as_of.strftime("%Y%m%d")
    table = Sheet(
        "受給者一覧",
        tuple(Column(f"c{at}", header, 14) for at, header in enumerate(_HEADERS)),
        tuple(tuple(row) for row in nanbyo),
        notes=(f"特定医療費(指定難病)受給者一覧 {format_wareki(as_of)}現在", "見本(すべて架空)"),
    )
    xlsx = folder / f"難病_{stem}.xlsx"
    xlsx.write_bytes(sealed_sheets.write_plain(Workbook("受給者一覧", (table,), as_of)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_CHILD_HEADERS)
    writer.writerows(by_scheme[Scheme.SHOMAN])
    text = folder / f"小慢_{stem}.csv"
    text.write_bytes(out.getvalue().encode("cp932"))
    return {Scheme.NANBYO: xlsx, Scheme.SHOMAN: text}


def new(row: RoundRow) -> Decision:
    """The staff take an unclear row for somebody new."""
    return Decision(row.id, Choice.NEW)


def ended(row: RoundRow, reason: EndReason) -> Decision:
    """The staff learnt why somebody is no longer in the file."""
    return Decision(row.id, Choice.ENDED, end_reason=reason)


def particulars(
    person: Fictitious, random: Random, day: date
) -> tuple[list[FactEntry], list[Supporter], list[Contact]]:
    """What おたずね and visits bring; a fifth of the battery answers are 不明."""
    source = random.choice((EvidenceSource.SURVEY, EvidenceSource.VISIT, EvidenceSource.PHONE))
    learnt = day - timedelta(days=random.randint(0, 160))

    def fact(field: str, value: object) -> FactEntry:
        return FactEntry(field, value, source, learnt)

    facts = [
        fact("dwelling_type", random.choice(("house", "flat_lift", "flat_no_lift"))),
        fact("alone_daytime", random.choice(("no", "no", "partly", "always", "unknown"))),
        fact("power_company", random.choice(("yes", "no", "unknown"))),
        fact("generator", random.choice(("yes", "no", "no", "unknown"))),
        fact("support_plan", random.choice(("made", "made", "in_progress", "not_started"))),
    ]
    if person.group in _VENTILATOR:
        battery = random.choice(("yes", "yes", "yes", "no", "unknown"))
        facts.append(fact("internal_battery", battery))
        if battery == "yes":
            facts += [fact("internal_battery_hours", random.choice((2, 3, 4, 6, 8))), fact("hours_basis", "measured")]
        facts += [fact("external_battery", random.choice(("yes", "no", "unknown"))), fact("bag_valve", "yes")]
    if person.group in _OXYGEN:
        facts += [fact("cylinder_count", random.randint(0, 4)), fact("demand_valve", random.choice(("yes", "no")))]
    supporters = [
        Supporter("", "", SupporterRole.SPECIALIST, "見本総合病院", phone="048-000-1000", source=source, as_of=learnt),
        Supporter(
            "", "", SupporterRole.VISITING_NURSE, random.choice(("見本訪問看護ステーション", "架空訪看ひなた")),
            phone="048-000-2000", around_the_clock=YesNoUnknown.YES, source=source, as_of=learnt,
        ),
        Supporter(
            "", "", SupporterRole.DEVICE_SUPPLIER, random.choice(SUPPLIERS), phone="048-000-3000",
            around_the_clock=YesNoUnknown.YES, source=source, as_of=learnt,
        ),
    ]  # fmt: skip
    family = person.guardian or f"{person.name.split()[0]} 見本"
    contacts = [
        Contact(
            "", "", 1, family, "母" if person.guardian else "家族", f"090-0{random.randint(0, 999):03d}-0000",
            YesNoUnknown.YES, source, learnt,
        )
    ]  # fmt: skip
    return facts, supporters, contacts


CONSENT_HEADERS = (
    "公費負担者番号", "受給者番号", "提供先", "目的", "範囲", "判断", "同意者", "同意者氏名", "続柄", "方法", "同意日", "期限", "撤回日",
)  # fmt: skip
_ROSTER, _PLAN = "避難行動要支援者名簿の作成", "個別避難計画の作成"


def consent_rows(
    users: list[Fictitious], as_of: date, random: Random, *, newest: bool
) -> tuple[list[list[str]], dict[Exclusion, list[str]]]:
    """(rows of the consent list, who plays which exclusion): in the newest half-year every reason occurs."""
    largest = [p for p in users if p.municipality == MUNICIPALITIES[1] and p.role is None]
    adults = [p for p in largest if age_on(p.birth_on, as_of) >= 18]
    child = next(
        (p for p in users if p.role is None and age_on(p.birth_on, as_of) < 14 and p.municipality in MUNICIPALITIES[:4]),
        None,
    )
    parts = (
        Exclusion.CONSENT_REFUSED, Exclusion.CONSENT_WITHDRAWN, Exclusion.CONSENT_EXPIRED, Exclusion.CONSENT_PENDING,
        Exclusion.CONSENT_UNKNOWN, Exclusion.SCOPE, Exclusion.DECEASED, Exclusion.MOVED_OUT, Exclusion.ENDED,
        Exclusion.NOT_RESIDENT,
    ) if newest else ()  # fmt: skip
    roles: dict[Exclusion, list[str]] = {
        part: [p.beneficiary_no] for part, p in zip(parts, adults, strict=False)
    }
    if newest and child is not None:
        roles[Exclusion.CONSENT_GIVER] = [child.beneficiary_no]
    part_of = {number: part for part, numbers in roles.items() for number in numbers}
    rows = []
    for person in users:
        row = _consent(person, as_of, random, part_of.get(person.beneficiary_no), newest=newest)
        if row is not None:
            rows.append(row)
            if random.random() < 0.6:
                rows.append([*row[:3], _PLAN, *row[4:]])
    return rows, roles


def _consent(
    person: Fictitious, as_of: date, random: Random, part: Exclusion | None, *, newest: bool
) -> list[str] | None:
    if person.municipality not in MUNICIPALITIES or part is Exclusion.CONSENT_UNKNOWN:
        return None
    given = as_of - timedelta(days=random.randint(30, 150))
    if newest and part is None and random.random() < 0.7:
        return None  # most consents stand from the half-year before
    decision = "同意"
    if part is Exclusion.CONSENT_REFUSED or (part is None and random.random() < 0.05):
        decision = "不同意"
    elif part is Exclusion.CONSENT_PENDING:
        decision = "保留"
    elif part is None and random.random() < 0.08:
        return None
    age = age_on(person.birth_on, given)
    giver, name, relation = "本人", "", ""
    if age < 18 and part is not Exclusion.CONSENT_GIVER:
        giver, name, relation = "法定代理人", person.guardian, "母"
    expired = part is Exclusion.CONSENT_EXPIRED
    return [
        person.payer_no, person.beneficiary_no, person.municipality, _ROSTER,
        "機器" if part is Exclusion.SCOPE else ("標準+病名" if random.random() < 0.1 else ""), decision, giver, name, relation,
        random.choice(("書面", "おたずね票")), format_wareki(given),
        format_wareki(as_of + timedelta(days=10)) if expired else "",
        format_wareki(as_of + timedelta(days=5)) if part is Exclusion.CONSENT_WITHDRAWN else "",
    ]  # fmt: skip


def write_consents(folder: Path, as_of: date, rows: list[list[str]]) -> Path:
    """The consent list as a CSV of UTF-8 with BOM."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CONSENT_HEADERS)
    writer.writerows(rows)
    path = folder / f"同意_{as_of:%Y%m%d}.csv"
    path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path


def answered(content: bytes, random: Random, as_of: date) -> Workbook:
    """The workbook a municipality sends back: its 回答票 filled in for nine people of ten, the rest left blank."""
    sheets = []
    for name, header, rows in workbook_reading.sheets(content):
        if name == say("replies.sheet"):
            rows = [_answer(row, random, as_of) if random.random() < 0.9 else row for row in rows]
        elif name == say("replies.sheet_use"):
            rows = [[label(random.choice((ListUse.USED, ListUse.PLANNED))), "見本の回答"] for _ in rows]
        sheets.append(
            Sheet(name, tuple(Column(f"c{at}", text) for at, text in enumerate(header)), tuple(tuple(r) for r in rows))
        )
    return Workbook("回答票", tuple(sheets), as_of)


def _answer(row: list[Cell], random: Random, as_of: date) -> list[Cell]:
    listed = random.choice((OnList.LISTED, OnList.LISTED, OnList.LISTED, OnList.NOT_LISTED))
    plan = random.choice((PlanStatus.MADE, PlanStatus.IN_PROGRESS, PlanStatus.NOT_STARTED, PlanStatus.NOT_STARTED))
    made = format_wareki(as_of - timedelta(days=60)) if plan is PlanStatus.MADE else None
    staff = "見本市 防災課" if plan in (PlanStatus.MADE, PlanStatus.IN_PROGRESS) else None
    return [*row[:2], label(listed), label(plan), made, staff, label(PlanStatus.UNKNOWN), None]
