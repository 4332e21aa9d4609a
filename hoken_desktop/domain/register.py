"""移行: one row of the list a centre keeps today, read as codes; what is not understood is said and never guessed.

The marks of such lists: ○ あり, × なし, △ and blank 不明. － is read as 不明 too: some write it for なし, others for
「聞いていない」, and taking an unasked question for なし would hide somebody. A colour says nothing here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from hoken_desktop.domain import dates, devices_text, fields, names, numbers
from hoken_desktop.domain.codes import (
    AloneDaytime,
    CareSetting,
    CarPower,
    ConsentDecision,
    DeviceKind,
    DwellingType,
    EvidenceSource,
    GeneratorFuel,
    HoursBasis,
    PlanStatus,
    RecipientSection,
    Scheme,
    SupporterRole,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.fields import Field, FieldKind
from hoken_desktop.domain.intake import DeviceEvidence, Incoming, wash
from hoken_desktop.domain.layouts import CONSENT_TO
from hoken_desktop.domain.name_cells import HONORIFIC, NameCell, read_name
from hoken_desktop.domain.persons import OXYGEN_KINDS
from hoken_desktop.domain.sheets import STRUCK, CellTrouble, MappedCell, MappedRow, MappedTable, is_ditto

DASH = re.compile(r"[-ー―−–—‐‑─ｰ/／]+")
SUPPORTER_PARTS = ("organisation", "name", "phone")
CONTACTS = 3
SECTION_COLUMNS: Mapping[str, RecipientSection] = {
    "consent_fire": RecipientSection.FIRE,
    "consent_power": RecipientSection.POWER,
    "consent_supplier": RecipientSection.SUPPLIER,
    "consent_nurse": RecipientSection.NURSE,
}
DEVICE_COLUMNS: Mapping[str, DeviceKind] = {
    "device_concentrator": DeviceKind.OXYGEN_CONCENTRATOR,
    "device_liquid": DeviceKind.LIQUID_OXYGEN,
    "device_cylinder": DeviceKind.OXYGEN_CYLINDER,
    "device_suction": DeviceKind.SUCTION,
    "device_humidifier": DeviceKind.HUMIDIFIER,
    "device_cough_assist": DeviceKind.COUGH_ASSIST,
    "device_feeding": DeviceKind.FEEDING_PUMP,
    "device_nebulizer": DeviceKind.NEBULIZER,
    "device_oximeter": DeviceKind.OXIMETER,
    "device_communication": DeviceKind.COMMUNICATION,
    "device_bed": DeviceKind.BED,
}
_WASHED = frozenset(
    {"interface", "use_pattern", "hours_per_day", "oxygen_source", "flow_rest", "flow_exertion", "flow_sleep",
     "oxygen_hours_per_day"}
)  # fmt: skip
"""Facts that the wash of a benefit row reads already."""


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """One sheet of a present list; `written_on` is the day the file was last saved."""

    table: MappedTable
    written_on: date | None


@dataclass(frozen=True, slots=True)
class Support:
    """One supporting body as a row names it."""

    role: SupporterRole
    organisation: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Kin:
    """One emergency contact as a row names it."""

    name: str = ""
    relation: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ConsentMark:
    """One consent column of a row: `key` the column's field, `decision` None where nothing is said."""

    key: str
    decision: ConsentDecision | None
    on: date | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row as it would be taken over; `as_of` is the row's own day of confirmation, None where it has none."""

    incoming: Incoming
    name_alt: str = ""
    old_number: str = ""
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    suppliers: tuple[tuple[DeviceKind, str, str], ...] = ()
    supporters: tuple[Support, ...] = ()
    contacts: tuple[Kin, ...] = ()
    pin: tuple[float, float] | None = None
    map_declined: bool = False
    as_of: date | None = None
    consents: tuple[ConsentMark, ...] = ()
    consented_on: date | None = None
    expires_on: date | None = None
    withdrawn_on: date | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    dashes: tuple[str, ...] = ()
    warnings: tuple[Fault, ...] = ()


# ---- single cells ---------------------------------------------------------------------------------------------

def fold(raw: object) -> str:
    """A cell as its marks are compared: NFKC, without spaces."""
    return re.sub(r"\s+", "", numbers.as_text(raw))


def is_dash(raw: object) -> bool:
    """Whether a cell holds nothing but － (or /): 不明, neither あり nor なし."""
    return isinstance(raw, str) and bool(DASH.fullmatch(fold(raw)))


def three_valued(raw: object) -> YesNoUnknown | None:
    """あり/なし/不明; None for blank and －; △ is 不明. `devices_text.Unreadable` for anything else."""
    text = fold(raw)
    if not text and not isinstance(raw, bool):
        return None
    if is_dash(raw):
        return None
    if text in ("△", "▲", "?"):
        return YesNoUnknown.UNKNOWN
    if text in ("済", "登録済", "登録済み", "可", "持参", "保有", "所持"):
        return YesNoUnknown.YES
    if text in ("未", "未登録", "不可"):
        return YesNoUnknown.NO
    return devices_text.yes_no(raw)


_TIME = re.compile(
    r"約?(?:(\d+(?:\.\d+)?)(?:時間|hours?|hrs?|h))?(?:(半)|(\d+)(?:分|min))?(?:程度|くらい|ぐらい)?", re.I
)
_PLAIN = re.compile(
    r"約?(\d+(?:\.\d+)?)(?:本|個|台|人|名|日分?|階|wh|w|ワット|l|リットル|mpa|倍|回)?(?:/(?:分|min|日))?(?:程度)?",
    re.I,
)


def measure(one: Field, raw: object) -> str:
    """A number of a field in its unit, as canonical text; ValueError for ranges, words and what is out of bounds."""
    text = fold(raw)
    if one.unit in ("hour", "minute"):
        if one.unit == "minute" and re.fullmatch(r"(離脱)?不可|不能|離脱困難", text):
            return "0"
        match = _TIME.fullmatch(text)
        if match and any(match.groups()):
            minutes = float(match[1] or 0) * 60 + (30 if match[2] else float(match[3] or 0))
            return fields.canonical(one, round(minutes / 60, 2) if one.unit == "hour" else minutes)
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise ValueError(one.key)
    return fields.canonical(one, match[1])


_CODED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "dwelling_type": (
        (r"(EV|エレベータ).*(なし|無|×)", DwellingType.FLAT_NO_LIFT),
        (r"(EV|エレベータ).*(あり|有|○|付)", DwellingType.FLAT_LIFT),
        (r"戸建|一軒家|持ち?家", DwellingType.HOUSE),
        (r"施設|ホーム", DwellingType.FACILITY),
        (r"その他", DwellingType.OTHER),
    ),
    "hours_basis": (
        (r"実測", HoursBasis.MEASURED),
        (r"カタログ|仕様|公称", HoursBasis.CATALOGUE),
        (r"家族|申告|聞", HoursBasis.FAMILY),
        (r"推定|推測|概算", HoursBasis.ESTIMATED),
    ),
    "generator_fuel": (
        (r"カセット", GeneratorFuel.GAS_CANISTER),
        (r"LP|プロパン", GeneratorFuel.LP_GAS),
        (r"ガソリン", GeneratorFuel.PETROL),
    ),
    "car_power": (
        (r"不可|なし|無|×|できない", CarPower.NO),
        (r"不明|\?|△", CarPower.UNKNOWN),
        (r"シガー|12V|アクセサリー?", CarPower.SOCKET_12V),
        (r"AC|100V|HV|EV|ハイブリッド|電気自動車", CarPower.AC_100V),
    ),
    "alone_daytime": (
        (r"常時|終日|独居|一日中", AloneDaytime.ALWAYS),
        (r"不明|\?|△", AloneDaytime.UNKNOWN),
        (r"なし|無|×|いない", AloneDaytime.NO),
        (r"あり|有|○|〇|時間帯|時々|一部", AloneDaytime.PARTLY),
    ),
    "support_plan": (
        (r"不要|対象外", PlanStatus.NOT_NEEDED),
        (r"拒否|辞退|希望(しない|なし)", PlanStatus.DECLINED),
        (r"更新|見直し", PlanStatus.RENEW),
        (r"作成中|策定中|調整中|途中|△", PlanStatus.IN_PROGRESS),
        (r"不明|\?|確認中", PlanStatus.UNKNOWN),
        (r"未|なし|無|×|予定", PlanStatus.NOT_STARTED),
        (r"済|あり|有|○|〇|◯|◎|作成$|策定$", PlanStatus.MADE),
    ),
}


def coded(key: str, raw: object) -> str:
    """The code a text names for a field of closed codes; ValueError where it names none."""
    text = fold(raw)
    for pattern, code in _CODED.get(key, ()):
        if re.search(pattern, text, re.I):
            return str(code)
    raise ValueError(key)


_HOURS = r"(\d+(?:\.\d+)?)(?:時間|h)"


def batteries(raw: object) -> tuple[tuple[str, str], ...]:
    """What a バッテリー cell says of the inner and the outer battery; ValueError where it does not say which."""
    text = fold(raw).lower()
    found: list[tuple[str, str]] = []
    inner = re.search(r"(?:内部|内蔵|本体)([^外予]*)", text)
    outer = re.search(r"(?:外部|外付け?|予備)([^内本体]*(?:本[^内]*)?)", text)
    for prefix, match in (("internal", inner), ("external", outer)):
        if match is None:
            continue
        said = match[1]
        value = YesNoUnknown.NO if re.search(r"なし|無|×", said) else YesNoUnknown.YES
        if re.search(r"不明|\?|△", said):
            value = YesNoUnknown.UNKNOWN
        found.append((f"{prefix}_battery", value))
        if value is YesNoUnknown.YES and (hours := re.search(_HOURS, said)):
            found.append((f"{prefix}_battery_hours", hours[1]))
        if prefix == "external" and value is YesNoUnknown.YES and (count := re.search(r"(\d+)(?:本|個|台)", said)):
            found.append(("external_battery_count", count[1]))
    if not found:
        if (said_all := three_valued(raw)) in (YesNoUnknown.NO, YesNoUnknown.UNKNOWN):
            # 「バッテリー なし」 speaks of both.
            return (("internal_battery", str(said_all)), ("external_battery", str(said_all)))
        raise ValueError("battery")
    return tuple((key, fields.canonical(fields.BY_KEY[key], value)) for key, value in found)


_PHONE = re.compile(r"0\d{1,4}[-ー−‐(（\s]?\d{1,4}[-ー−‐)）\s]?\d{3,4}(?!\d)")
_FACILITY = re.compile(
    r"病院|医院|クリニック|診療所|センター|ステーション|薬局|事業所|医大|大学|会社|支援|学校|課|所$|（株）|\(株\)|㈱"
)
_RELATION = re.compile(
    r"妻|夫|父|母|祖父|祖母|義父|義母|長男|次男|二男|三男|長女|次女|二女|三女|息子|娘|兄|弟|姉|妹|孫|子|叔父|叔母|伯父|伯母|甥|姪|知人|友人|近隣|親戚|親族|本人|配偶者|家族"
)


def _phone_in(text: str) -> tuple[str, str]:
    """(the first telephone number, the text without it)."""
    folded = unicodedata.normalize("NFKC", text)
    match = _PHONE.search(folded)
    if match is None:
        return "", folded
    return numbers.wash_phone(match[0]).value, folded[: match.start()] + "\n" + folded[match.end() :]


def read_contacts(raw: str) -> tuple[Kin, ...]:
    """The people of an 緊急連絡先 cell: 「見本花子(妻)090-…」, one a line or one a telephone number."""
    folded = unicodedata.normalize("NFKC", raw).strip()
    pieces = [p for p in re.split(r"[\r\n;]+|[①-③]|(?<=\d{4})[、,/]", folded) if p.strip()]
    if len(pieces) > 1 and sum(bool(_PHONE.search(p)) for p in pieces) < 2:
        pieces = [" ".join(pieces)]
    return tuple(kin for piece in pieces if (kin := _kin(piece)) != Kin())


def _kin(text: str) -> Kin:
    phone, rest = _phone_in(text)
    relation = ""

    def take(match: re.Match[str]) -> str:
        nonlocal relation
        relation = relation or match[1].strip()
        return "\n"

    rest = re.sub(r"\(([^)]*)\)", take, rest)
    rest = re.sub(r"(TEL|電話|携帯)[:：]?", "", rest)
    words = [word for word in re.split(r"[\n:：]+", rest) if word.strip(" 、・,-/")]
    if not relation:
        for at, word in enumerate(words):
            first, _, tail = word.strip().partition(" ")
            if tail and _RELATION.fullmatch(first):
                relation, words[at] = first, tail
            elif _RELATION.fullmatch(word.strip()):
                relation, words[at] = word.strip(), ""
    name = HONORIFIC.sub("", names.tidy(" ".join(words).strip(" 、・,-/")))
    return Kin(name, relation, phone)


def read_support(role: SupporterRole, cells: Mapping[str, str]) -> Support | None:
    """One body of a row from its own columns, or from one column that holds all of it; None for none."""
    organisation, name, phone = (cells.get(part, "") for part in SUPPORTER_PARTS)
    said = fold(organisation or name)
    if DASH.fullmatch(said) or said in ("なし", "無", "無し", "不明"):
        organisation = name = ""
    if not phone:
        for text in (organisation, name):
            found, rest = _phone_in(text)
            if found:
                phone = found
                if text is organisation:
                    organisation = names.tidy(rest)
                else:
                    name = names.tidy(rest)
    if name and not organisation:
        pieces = [p for p in re.split(r"[\s\u3000\n/／]+", name) if p]
        bodies = [p for p in pieces if _FACILITY.search(p)]
        organisation = "\u3000".join(bodies)
        name = "\u3000".join(p for p in pieces if p not in bodies)
    phone = numbers.wash_phone(phone).value
    if not (organisation or name or phone):
        return None
    return Support(role, organisation, name, phone)


def read_pin(lat: object, lon: object) -> tuple[float, float] | None:
    """(latitude, longitude) in degrees; None where a cell is blank or no number. 「36.05, 139.5」 may stand in one."""
    text = fold(lat)
    if not fold(lon):
        pieces = re.split(r"[,、\s]", text)
        if len(pieces) != 2:
            return None
        text, other = pieces
    else:
        other = fold(lon)
    try:
        return round(float(text), 6), round(float(other), 6)
    except ValueError:
        return None


_DAY_IN = re.compile(
    r"(?:令和|平成|昭和|[RHS])\.?(?:元|\d{1,2})[年./\-]\d{1,2}[月./\-]\d{1,2}日?|\d{4}[年./\-]\d{1,2}[月./\-]\d{1,2}日?"
)


def read_consent(key: str, raw: object) -> ConsentMark:
    """A consent cell: ○ 同意, × 不同意, △ 保留, 撤回 and the words of the ledger, with a day beside it or not.

    Blank, －, 未 and なし say that nothing is known: 「なし」 may mean that nobody has asked. ValueError for the rest.
    """
    text = numbers.as_text(raw).upper()
    day: date | None = None
    if match := _DAY_IN.search(text):
        try:
            day = dates.parse(match[0])
        except dates.UnreadableDate:
            raise ValueError(key) from None
        text = text[: match.start()] + text[match.end() :]
    text = re.sub(r"[\s()（）:：]", "", text)
    if not text and day is None:
        return ConsentMark(key, None, None)
    if re.fullmatch(r"[○〇◯◎●✓✔レ☑]|同意|同意(する|あり|有り?|済み?)|可|済", text):
        return ConsentMark(key, ConsentDecision.GIVEN, day)
    if re.fullmatch(r"[×✕╳X]|不同意|同意しない|拒否|不可", text):
        return ConsentMark(key, ConsentDecision.REFUSED, day)
    if re.fullmatch(r"[△▲]|保留|検討中", text):
        return ConsentMark(key, ConsentDecision.PENDING, day)
    if DASH.fullmatch(text) or re.fullmatch(r"未|未確認|未取得|なし|無し?|不明|\?|未定", text):
        return ConsentMark(key, None, None)
    raise ValueError(key)


_MODEL = re.compile(r"[A-Za-zァ-ヺー0-9][A-Za-zァ-ヺー0-9\-+/・.()]{2,}")


def named_model(raw: object) -> str:
    """The model a device cell names instead of ○ (トリロジーEvo, ハイサンソ5S); "" where it names none."""
    text = numbers.as_text(raw)
    joined = re.sub(r"\s+", "", text)
    if not _MODEL.fullmatch(joined) or not re.search(r"[A-Za-zァ-ヺ]", joined):
        return ""
    if re.fullmatch(r"(?i)(cpap|asv|yes|no|true|false|tppv|nppv|niv|hot|bipap|n/a|na)", joined):
        return ""
    return text


def with_municipality(address: str, municipality: str) -> str:
    """`address` with the municipality's name put where it belongs: behind 埼玉県, else in front."""
    match = re.match(r"(東京都|北海道|(?:京都|大阪)府|.{2,3}県)[\s\u3000]*", address)
    if match is None:
        return municipality + address
    return match[1] + municipality + address[match.end() :]


def scheme_of(raw_scheme: str, payer_no: object) -> Scheme:
    """制度 by its word, else by the 法別番号 of the 公費負担者番号; OTHER where neither says."""
    text = fold(raw_scheme)
    for word, scheme in (
        ("小慢", Scheme.SHOMAN), ("小児", Scheme.SHOMAN), ("指定難病", Scheme.NANBYO), ("特定疾患", Scheme.TOKUTEI),
        ("スモン", Scheme.TOKUTEI), ("難病", Scheme.NANBYO), ("登録者証", Scheme.CARD_ONLY),
    ):  # fmt: skip
        if word in text:
            return scheme
    return numbers.LAW_NUMBERS.get(numbers.wash_payer_no(payer_no).value[:2], Scheme.OTHER)


# ---- a row ----------------------------------------------------------------------------------------------------

_IDENTIFYING = frozenset({"name", "name_kana", "birth_on", "payer_no", "beneficiary_no", "address_registered"})
_USES = frozenset({"ventilator_use", "oxygen_use", "cpap_use", "vad_use", *DEVICE_COLUMNS})


def read_row(
    row: MappedRow, today: date, *, municipality: str = "", diseases: DiseaseIndex = NOTHING
) -> RegisterRow | tuple[Fault, ...]:
    """A filled row, or its faults (the first is why it is not taken; the others, `warning`, what else was seen).

    `municipality` is the name of the one that the sheet is about, put into addresses that name none; the column
    市町 goes before it. Not taken: several people in one cell, who died or moved away, and what `wash` does not take.
    """
    return _Reading(row, today, municipality, diseases).result()


class _Reading:
    """One row on its way."""

    def __init__(self, row: MappedRow, today: date, municipality: str, diseases: DiseaseIndex) -> None:
        self.row = row
        self.today = today
        self.diseases = diseases
        self.municipality = municipality
        self.warnings: list[Fault] = []
        self.dashes: list[str] = []
        self.cells = dict(row.cells)
        self.name = NameCell("")

    def result(self) -> RegisterRow | tuple[Fault, ...]:
        if self.row.trouble:
            return (self._place("", self.row.trouble, False),)
        if self._is_heading():
            return (self._place("name", "register_heading", False),)
        if self.row.struck_out:
            return (self._place("name", CellTrouble.STRUCK_NAME.value, False),)
        self._set_troubles_aside()
        self._read_name()
        if self.name.several:
            return (self._place("name", "register_several_people", False), *self.warnings)
        if self.name.ended:
            return (self._place("name", "register_ended_row", False), *self.warnings)
        self._prepare()
        scheme = scheme_of(self._text("scheme"), self._raw("payer_no"))
        washed = wash(replace(self.row, cells=self.cells), scheme, self.today, self.diseases)
        if not isinstance(washed, Incoming):
            return (washed[0], *washed[1:], *self.warnings)
        if washed.care_setting in (CareSetting.DECEASED, CareSetting.MOVED_OUT):
            return (self._place("care_setting", "register_ended_row", False), *self.warnings)
        self.warnings[:0] = washed.warnings
        facts = self._facts()
        evidence, suppliers = self._devices(washed)
        incoming = replace(
            washed,
            evidence=evidence,
            name_kana=washed.name_kana or self.name.kana,
            warnings=(),
        )
        return RegisterRow(
            incoming=incoming,
            name_alt=self.name.alt or self._text("name_alt"),
            old_number=self._text("old_number"),
            note=self._note(),
            facts=facts,
            suppliers=suppliers,
            supporters=self._supporters(),
            contacts=self._contacts(),
            pin=self._pin(),
            map_declined=self._map_declined(),
            as_of=self._day("confirmed_on"),
            consents=self._consents(),
            consented_on=self._day("consented_on"),
            expires_on=self._day("expires_on"),
            withdrawn_on=self._day("withdrawn_on"),
            texts={key: self._text(key) for key in _CONSENT_TEXTS},
            dashes=tuple(dict.fromkeys(self.dashes)),
            warnings=tuple(self.warnings),
        )

    # -- places and cells ----------------------------------------------------------------------------------------

    def _place(self, key: str, code: str, warning: bool) -> Fault:
        return Fault(self.row.file, self.row.sheet, self.row.number, self.row.column(key), code, warning)

    def _warn(self, key: str, code: str) -> None:
        self.warnings.append(self._place(key, code, True))

    def _raw(self, key: str) -> object:
        cell = self.cells.get(key)
        # A trouble is a str by type, and would pass for somebody's name.
        return None if cell is None or isinstance(cell.value, CellTrouble) else cell.value

    def _text(self, key: str) -> str:
        raw = self._raw(key)
        text = names.tidy(raw) if isinstance(raw, str) else numbers.as_text(raw)
        return "" if is_dash(text) else text

    def _set(self, key: str, value: str, like: str) -> None:
        self.cells[key] = MappedCell(value, self.row.column(like))

    def _day(self, key: str) -> date | None:
        raw = self._raw(key)
        if raw is None or (isinstance(raw, str) and not re.search(r"\d|元", raw)):
            return None
        try:
            return dates.parse(raw, epoch_1904=self.row.epoch_1904)  # type: ignore[arg-type]
        except dates.UnreadableDate as error:
            self._warn(key, error.code)
            return None

    def _is_heading(self) -> bool:
        """【鴻巣市】 or ■上尾市 between the people."""
        texts = [cell.value for cell in self.row.cells.values() if cell.value is not None]
        if len(texts) != 1 or not isinstance(texts[0], str):
            return False
        text = fold(texts[0])
        return bool(re.fullmatch(r"[【\[<〈《■●◆○▼※].*|.{1,6}[市町村郡区]", text))

    def _set_troubles_aside(self) -> None:
        """#N/A in a column that does not say who it is costs that cell, not the person."""
        for key, cell in list(self.cells.items()):
            if isinstance(cell.value, CellTrouble):
                struck = cell.value in STRUCK
                if key in _IDENTIFYING and not (struck and key in ("name_kana", "address_registered")):
                    continue
                self._warn(key, cell.value.value)
                del self.cells[key]
                if struck and key in _USES:
                    # A crossed-out ○ may be over or a slip: 不明, so that somebody asks.
                    self._set(key, "不明", key)
            elif isinstance(cell.value, str) and is_ditto(cell.value):
                if key != "address_actual":
                    self._warn(key, "register_ditto")
                del self.cells[key]

    def _read_name(self) -> None:
        raw = self._raw("name")
        if isinstance(raw, str):
            self.name = read_name(raw)
            self._set("name", self.name.name, "name")
            if self.name.kana and self._raw("name_kana") is None:
                self._set("name_kana", self.name.kana, "name")

    def _prepare(self) -> None:
        """Puts cells where the wash of a benefit row looks for them."""
        hours = fold(self._raw("hours_per_day"))
        if hours and self._raw("use_pattern") is None and devices_text.use_pattern_in(hours):
            self.cells["use_pattern"] = self.cells["hours_per_day"]
            if not re.fullmatch(r"約?\d+(\.\d+)?(時間|h)?", hours):
                del self.cells["hours_per_day"]
        for key in ("ventilator_use", "oxygen_use", "cpap_use", "vad_use"):
            raw = self._raw(key)
            if is_dash(raw):
                # Neither あり nor なし, and no device either way.
                self.dashes.append(key)
                del self.cells[key]
            elif key != "vad_use" and (model := self._model(key, raw)):
                self._set(key, "あり", key)
                if key == "ventilator_use" and self._raw("ventilator_model") is None:
                    self._set("ventilator_model", model, key)
        if is_dash(self._raw("care_setting")):
            del self.cells["care_setting"]
        if (raw := self._raw("address_registered")) is not None and isinstance(raw, str):
            self._set("address_registered", self._address(raw), "address_registered")

    def _model(self, key: str, raw: object) -> str:
        try:
            devices_text.yes_no(raw)
        except devices_text.Unreadable:
            text = numbers.as_text(raw)
            known = devices_text.is_only_ventilator_words(text) or devices_text.is_only_oxygen_words(text)
            if not known and (model := named_model(raw)):
                self._warn(key, "register_model_taken")
                return model
        return ""

    def _address(self, raw: str) -> str:
        text = names.tidy(raw)
        name = self._text("municipality") or self.municipality
        if not text or not name:
            return text
        bare = re.sub(r"^.+郡", "", name)
        if bare in re.sub(r"[\s\u3000]", "", text):
            return text
        if re.search(r"[^\s\u3000]{1,6}[市町村][^\s\u3000]", text) and re.match(r"(.{2,3}[都道府県])?.{1,5}市", text):
            self._warn("address_registered", "register_other_municipality")
            return text
        return with_municipality(text, bare)

    # -- facts ---------------------------------------------------------------------------------------------------

    def _facts(self) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        if (raw := self._raw("battery")) is not None:
            if is_dash(raw):
                self.dashes.append("battery")
            else:
                try:
                    found.update(batteries(raw))
                except (ValueError, devices_text.Unreadable):
                    self._warn("battery", "register_battery_unclear")
        for one in fields.FIELDS:
            if one.key in _WASHED or (raw := self._raw(one.key)) is None:
                continue
            if is_dash(raw):
                self.dashes.append(one.key)
                continue
            try:
                found.update(self._fact(one, raw))
            except (ValueError, dates.UnreadableDate):
                self._warn(one.key, "register_value_left")
        return tuple(found.items())

    def _fact(self, one: Field, raw: object) -> dict[str, str]:
        if one.kind is FieldKind.YES_NO_UNKNOWN:
            return self._yes_no(one, raw)
        if one.kind in (FieldKind.WHOLE, FieldKind.DECIMAL):
            if fold(raw) in ("不明", "?", "△", "なし", "無"):
                return {}
            return {one.key: measure(one, raw)}
        if one.kind is FieldKind.DATE:
            return {one.key: dates.parse(raw, epoch_1904=self.row.epoch_1904).isoformat()}  # type: ignore[arg-type]
        if one.kind in (FieldKind.CODE, FieldKind.CODES):
            if one.key == "support_plan":
                return self._plan(raw)
            return {one.key: coded(one.key, raw)}
        text = self._text(one.key)
        return {one.key: text} if text else {}

    def _yes_no(self, one: Field, raw: object) -> dict[str, str]:
        """あり with its hours or its number in one cell: あり(6時間), 2本."""
        text = fold(raw)
        found: dict[str, str] = {}
        hours = fields.BY_KEY.get(f"{one.key}_hours")
        count = fields.BY_KEY.get(f"{one.key}_count")
        if hours and (match := re.search(_HOURS, text, re.I)):
            found[hours.key] = fields.canonical(hours, match[1])
        if count and (match := re.search(r"(\d+)(?:本|個|台)", text)):
            found[count.key] = fields.canonical(count, match[1])
        try:
            value = three_valued(raw)
        except devices_text.Unreadable:
            if not found:
                raise
            value = YesNoUnknown.YES
        if value is not None:
            found[one.key] = value.value
        return found

    def _plan(self, raw: object) -> dict[str, str]:
        """個別支援計画: a state, a day (then it was made on it), or both."""
        day = ""
        if not isinstance(raw, str):
            day = dates.parse(raw, epoch_1904=self.row.epoch_1904).isoformat()  # type: ignore[arg-type]
            return {"support_plan": PlanStatus.MADE.value, "support_plan_on": day}
        if match := _DAY_IN.search(numbers.as_text(raw).upper()):
            day = dates.parse(match[0]).isoformat()
            rest = _DAY_IN.sub("", numbers.as_text(raw).upper())
            state = coded("support_plan", rest) if re.sub(r"[\s()]", "", rest) else PlanStatus.MADE.value
            return {"support_plan": state, "support_plan_on": day}
        return {"support_plan": coded("support_plan", raw)}

    # -- devices -------------------------------------------------------------------------------------------------

    def _devices(
        self, washed: Incoming
    ) -> tuple[tuple[DeviceEvidence, ...], tuple[tuple[DeviceKind, str, str], ...]]:
        """The devices of the row, all of them 移行, and (kind, model, supplier) where the row names one."""
        found = {one.kind: replace(one, source=EvidenceSource.MIGRATED) for one in washed.evidence}
        named: dict[DeviceKind, tuple[str, str]] = {}
        for kind, one in found.items():
            said = dict(one.facts)
            named[kind] = (said.get("model", ""), said.get("supplier", ""))
        for key, kind in DEVICE_COLUMNS.items():
            status, model = self._device(key)
            if status is None:
                continue
            if kind in OXYGEN_KINDS and DeviceKind.OXYGEN in found:
                plain = found.pop(DeviceKind.OXYGEN)
                found[kind] = replace(plain, kind=kind)
                named[kind] = named.pop(DeviceKind.OXYGEN)
            elif kind not in found:
                found[kind] = DeviceEvidence(kind, status, EvidenceSource.MIGRATED)
            if model:
                named[kind] = (model, named.get(kind, ("", ""))[1])
        general, oxygen = self._text("supplier"), self._text("oxygen_supplier")
        suppliers = []
        for kind in found:
            model, supplier = named.get(kind, ("", ""))
            supplier = supplier or (oxygen if kind in OXYGEN_KINDS else "") or general
            if model or supplier:
                suppliers.append((kind, model, supplier))
        return tuple(found.values()), tuple(suppliers)

    def _device(self, key: str) -> tuple[UseStatus | None, str]:
        raw = self._raw(key)
        if raw is None:
            return None, ""
        if is_dash(raw):
            self.dashes.append(key)
            return None, ""
        try:
            value = three_valued(raw)
        except devices_text.Unreadable:
            if model := named_model(raw):
                self._warn(key, "register_model_taken")
                return UseStatus.IN_USE, model
            if re.fullmatch(r"\d+(\.\d+)?(本|台|個|l|L)(/分)?", fold(raw)):
                return UseStatus.IN_USE, ""
            self._warn(key, "value_unreadable")
            return UseStatus.UNKNOWN, ""
        if value is YesNoUnknown.YES:
            return UseStatus.IN_USE, ""
        return (UseStatus.UNKNOWN, "") if value is YesNoUnknown.UNKNOWN else (None, "")

    # -- people around, place, note ------------------------------------------------------------------------------

    def _supporters(self) -> tuple[Support, ...]:
        found = []
        for role in SupporterRole:
            cells = {part: self._text(f"{role.value}_{part}") for part in SUPPORTER_PARTS}
            if any(cells.values()) and (one := read_support(role, cells)) is not None:
                found.append(one)
        return tuple(found)

    def _contacts(self) -> tuple[Kin, ...]:
        found: list[Kin] = []
        for number in range(1, CONTACTS + 1):
            raw = self._raw(f"contact{number}")
            kin = read_contacts(raw if isinstance(raw, str) else numbers.as_text(raw)) if not is_dash(raw) else ()
            relation, phone = self._text(f"contact{number}_relation"), self._raw(f"contact{number}_phone")
            if relation or phone is not None:
                first = kin[0] if kin else Kin()
                washed = numbers.wash_phone(phone)
                for code in washed.warnings:
                    self._warn(f"contact{number}_phone", code)
                kin = (Kin(first.name, relation or first.relation, washed.value or first.phone), *kin[1:])
            found += [one for one in kin if one != Kin() and fold(one.name) not in ("なし", "無", "不明")]
        return tuple(found)

    def _pin(self) -> tuple[float, float] | None:
        lat, lon = self._raw("lat"), self._raw("lon")
        if not fold(lat) and not fold(lon):
            return None
        pin = read_pin(lat, lon)
        if pin is None:
            self._warn("lat", "register_pin_unreadable")
            return None
        if 122 <= pin[0] <= 154.5 and 20 <= pin[1] <= 46.5:
            self._warn("lat", "register_pin_swapped")
            pin = (pin[1], pin[0])
        if not (20 <= pin[0] <= 46.5 and 122 <= pin[1] <= 154.5):
            self._warn("lat", "register_pin_outside")
            return None
        return pin

    def _map_declined(self) -> bool:
        raw = self._raw("map_listing")
        if raw is None or is_dash(raw):
            return False
        if re.search(r"希望しない|不同意|拒否", fold(raw)):
            return True
        try:
            return three_valued(raw) is YesNoUnknown.NO
        except devices_text.Unreadable:
            self._warn("map_listing", "value_unreadable")
            return False

    def _note(self) -> str:
        text = numbers.as_text(self._raw("note"))
        if re.search(r"死亡|逝去|亡くな|転出|転居", text):
            self._warn("note", "register_note_ended")
        return text

    # -- consents ------------------------------------------------------------------------------------------------

    def _consents(self) -> tuple[ConsentMark, ...]:
        found = []
        for key in self.cells:
            if key not in ("consent", "consent_municipality") and key not in SECTION_COLUMNS and not key.startswith(
                CONSENT_TO
            ):
                continue
            try:
                if re.search(r"撤回", fold(self._raw(key))):
                    self._warn(key, "register_consent_withdrawn")
                    continue
                mark = read_consent(key, self._raw(key))
            except ValueError:
                self._warn(key, "register_consent_unreadable")
                continue
            if mark.decision is not None:
                found.append(mark)
        return tuple(found)


_CONSENT_TEXTS = (
    "recipient", "section", "purpose", "scope", "giver", "giver_name", "relation", "giver_reason", "method", "evidence",
    "explained_by",
)  # fmt: skip
