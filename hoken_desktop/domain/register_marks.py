"""移行: what a single cell of a present list says; what is not understood is said and never guessed.

The marks of such lists: ○ あり, × なし, △ and blank 不明. － is read as 不明 too: some write it for なし, others for
「聞いていない」, and taking an unasked question for なし would hide somebody. A colour says nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain import dates, devices_text, fields, numbers
from hoken_desktop.domain.codes import (
    AloneDaytime,
    CarPower,
    ConsentDecision,
    DwellingType,
    GeneratorFuel,
    HoursBasis,
    PlanStatus,
    Scheme,
    YesNoUnknown,
)
from hoken_desktop.domain.fields import Field

DASH = re.compile(r"[-ー―−–—‐‑─ｰ/／]+")
HOURS = r"(\d+(?:\.\d+)?)(?:時間|h)"
DAY_IN = re.compile(
    r"(?:令和|平成|昭和|[RHS])\.?(?:元|\d{1,2})[年./\-]\d{1,2}[月./\-]\d{1,2}日?|\d{4}[年./\-]\d{1,2}[月./\-]\d{1,2}日?"
)


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
        if value is YesNoUnknown.YES and (hours := re.search(HOURS, said)):
            found.append((f"{prefix}_battery_hours", hours[1]))
        if prefix == "external" and value is YesNoUnknown.YES and (count := re.search(r"(\d+)(?:本|個|台)", said)):
            found.append(("external_battery_count", count[1]))
    if not found:
        if (said_all := three_valued(raw)) in (YesNoUnknown.NO, YesNoUnknown.UNKNOWN):
            # 「バッテリー なし」 speaks of both.
            return (("internal_battery", str(said_all)), ("external_battery", str(said_all)))
        raise ValueError("battery")
    return tuple((key, fields.canonical(fields.BY_KEY[key], value)) for key, value in found)


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


@dataclass(frozen=True, slots=True)
class ConsentMark:
    """One consent column of a row: `key` the column's field, `decision` None where nothing is said."""

    key: str
    decision: ConsentDecision | None
    on: date | None


def read_consent(key: str, raw: object) -> ConsentMark:
    """A consent cell: ○ 同意, × 不同意, △ 保留, 撤回 and the words of the ledger, with a day beside it or not.

    Blank, －, 未 and なし say that nothing is known: 「なし」 may mean that nobody has asked. ValueError for the rest.
    """
    text = numbers.as_text(raw).upper()
    day: date | None = None
    if match := DAY_IN.search(text):
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
