"""The words benefit files use for devices, classes and places of care, read as codes.

Numbers are those of the 臨床調査個人票: 使用の有無 1 あり 2 なし; 種類 1 気管切開口 2 鼻・顔マスク; 施行状況
1 間欠的 2 夜間 3 一日中 4 現在は未施行. What is not understood raises `Unreadable`, never a guess.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hoken_desktop.domain.codes import (
    CareSetting,
    CopayClass,
    DeviceKind,
    OxygenSource,
    Scheme,
    Sex,
    UsePattern,
    UseStatus,
    VentilationInterface,
    YesNoUnknown,
)
from hoken_desktop.domain.numbers import as_text

NOT_RUNNING = "not_running"
"""施行状況 4 現在は未施行."""

_YES = re.compile(
    r"(1[.:．]?)?(あり|有り|有|はい|該当|装着中?|使用中?|実施中?|施行中?|継続中?|利用中?|使用あり|装着あり|○|〇|◯|●|◎|レ|✓|✔|☑|■|y|yes|true|"
    r"対象|認定|認定あり|要|している|常時|終日)(\(.*\)|者)?|1"
)
_NO = re.compile(
    r"(2[.:．]?|0[.:．]?)?(なし|無し|無|いいえ|非該当|未装着|未使用|使用なし|装着なし|未実施|未施行|不使用|×|✕|╳|-|ー|―|−|–|n|no|false|"
    r"対象外|不要|していない|離脱|離脱済み?|終了|中止|□|☐|該当なし|非装着|認定なし|無い|ない)(\(.*\))?|[02]"
)
_UNKNOWN = re.compile(r"(9|3)?[.:．]?(不明|未確認|確認中|未記入|未記載|要確認|\?+|わからない|不詳|調査中)(\(.*\))?|9")


class Unreadable(ValueError):
    """The text is none of the words known here."""


@lru_cache(maxsize=4096)
def _fold(raw: object) -> str:
    return "".join(as_text(raw).split()).lower()


@lru_cache(maxsize=4096)
def yes_no(raw: object) -> YesNoUnknown | None:
    """あり/なし/不明 in their many spellings; None for blank; Unreadable otherwise."""
    if isinstance(raw, bool):
        return YesNoUnknown.YES if raw else YesNoUnknown.NO
    text = _fold(raw)
    if not text:
        return None
    if _NO.fullmatch(text):
        return YesNoUnknown.NO
    if _UNKNOWN.fullmatch(text):
        return YesNoUnknown.UNKNOWN
    if _YES.fullmatch(text):
        return YesNoUnknown.YES
    if re.match(r"(あり|有り|有)[(:、,・/]", text):
        return YesNoUnknown.YES
    if re.match(r"(なし|無し|無)[(:、,・/]", text):
        return YesNoUnknown.NO
    raise Unreadable


def says_none(text: str) -> bool:
    """Whether a quantity's cell says that there is none, or that it is not known."""
    folded = _fold(text)
    return (
        folded in ("0", "0.0")
        or bool(_NO.fullmatch(folded) and folded != "2")
        or bool(_UNKNOWN.fullmatch(folded) and folded != "9")
    )


@lru_cache(maxsize=4096)
def sex(raw: object) -> Sex:
    """男 女 M F 1 2; blank and 不明 are その他・不明."""
    text = _fold(raw)
    if text in ("男", "男性", "m", "male", "1", "おとこ", "男子", "1:男", "1.男", "1男"):
        return Sex.MALE
    if text in ("女", "女性", "f", "female", "2", "おんな", "女子", "2:女", "2.女", "2女"):
        return Sex.FEMALE
    if text in ("", "不明", "その他", "9", "0", "その他・不明", "未記入", "無回答", "3", "-"):
        return Sex.OTHER
    raise Unreadable


_SETTINGS: tuple[tuple[str, CareSetting], ...] = (
    ("レスパイト", CareSetting.RESPITE),
    ("短期入所", CareSetting.RESPITE),
    ("死亡", CareSetting.DECEASED),
    ("逝去", CareSetting.DECEASED),
    ("転出", CareSetting.MOVED_OUT),
    ("入院", CareSetting.HOSPITAL),
    ("病院", CareSetting.HOSPITAL),
    ("施設", CareSetting.FACILITY),
    ("入所", CareSetting.FACILITY),
    ("ホーム", CareSetting.FACILITY),
    ("在宅", CareSetting.HOME),
    ("自宅", CareSetting.HOME),
    ("居宅", CareSetting.HOME),
    ("通院", CareSetting.HOME),
    ("外来", CareSetting.HOME),
    ("往診", CareSetting.HOME),
    ("家庭", CareSetting.HOME),
)


@lru_cache(maxsize=4096)
def care_setting(raw: object) -> CareSetting:
    """療養場所の状態; blank and 不明 are UNKNOWN; a text naming two places (入院・在宅) is Unreadable."""
    text = _fold(raw)
    if not text or _UNKNOWN.fullmatch(text):
        return CareSetting.UNKNOWN
    found = {setting for word, setting in _SETTINGS if word in text}
    if CareSetting.RESPITE in found:
        return CareSetting.RESPITE
    if len(found) != 1:
        raise Unreadable
    return found.pop()


@lru_cache(maxsize=4096)
def copay_class(raw: object, scheme: Scheme) -> CopayClass:
    """自己負担上限月額の階層. An amount of 1,000円 (小慢 500円) is the class of 人工呼吸器等装着者 and of no other."""
    text = _fold(raw)
    if not text:
        return CopayClass.UNKNOWN
    amount = re.fullmatch(r"¥?([\d,]+)円?", text)
    if amount:
        ventilator = 500 if scheme is Scheme.SHOMAN else 1000
        same = int(amount[1].replace(",", "") or 0) == ventilator
        return CopayClass.VENTILATOR_ETC if same else CopayClass.UNKNOWN
    if "呼吸器" in text or text in ("装着者", "人工呼吸"):
        negative = re.search(r"(以外|非|なし|でない)", text)
        return CopayClass.UNKNOWN if negative else CopayClass.VENTILATOR_ETC
    one = re.search(r"(i|1|ⅰ|一)(?!i|v|\d)(\b|\)|$|以)?", text.replace("一般", "般")) is not None
    two = re.search(r"(ii|2|ⅱ|二)", text) is not None
    if "生活保護" in text or "生保" in text:
        return CopayClass.WELFARE
    if "上位" in text:
        return CopayClass.UPPER
    if "低" in text and (one or two):
        return CopayClass.LOW_2 if two else CopayClass.LOW_1
    if "一般" in text and (one or two):
        return CopayClass.GENERAL_2 if two else CopayClass.GENERAL_1
    return CopayClass.UNKNOWN


@lru_cache(maxsize=4096)
def interface_in(text: str) -> str | None:
    """TPPV or NPPV where a text names one (気管切開, マスク)."""
    folded = _fold(text)
    invasive = re.search(r"tppv|tiv|気管切開|気切|侵襲的人工|挿管", folded.replace("非侵襲", "")) is not None
    mask = re.search(r"nppv|nip+v|niv|bipap|マスク|非侵襲|鼻", folded) is not None
    if invasive and mask:
        return VentilationInterface.OTHER.value
    if invasive:
        return VentilationInterface.TPPV.value
    return VentilationInterface.NPPV.value if mask else None


@lru_cache(maxsize=4096)
def interface(text: str) -> str | None:
    """種類: the code's number, or a text that names it; None for なし and blank; Unreadable otherwise."""
    folded = _fold(text)
    named = interface_in(folded)
    if named:
        return named
    number = re.match(r"([12])(\D|$)", folded)
    if number:
        return (VentilationInterface.TPPV if number[1] == "1" else VentilationInterface.NPPV).value
    if not folded or folded == "0" or says_none(folded):
        return None
    if folded.startswith("その他"):
        return VentilationInterface.OTHER.value
    raise Unreadable


@lru_cache(maxsize=4096)
def use_pattern_in(text: str) -> str | None:
    """The pattern a text names: 24時間, 夜間, 日中一部, 間欠, 未施行."""
    folded = _fold(text)
    if re.search(r"未施行|施行していない|離脱中", folded):
        return NOT_RUNNING
    if re.search(r"一日中|1日中|24時間|24h|終日|常時|全日", folded):
        return UsePattern.ALL_DAY.value
    if "夜間" in folded and re.search(r"日中|昼", folded):
        return UsePattern.DAY_AND_NIGHT.value
    if re.search(r"夜間|睡眠時|就寝時|夜のみ", folded):
        return UsePattern.NIGHT.value
    if re.search(r"間[欠歇]|随時|適宜", folded):
        return UsePattern.INTERMITTENT.value
    return None


@lru_cache(maxsize=4096)
def use_pattern(text: str) -> str | None:
    """施行状況: the code's number or a text that names it; NOT_RUNNING for 4; None for なし and blank."""
    folded = _fold(text)
    named = use_pattern_in(folded)
    if named:
        return named
    number = re.fullmatch(r"([1-4])[.:]?", folded)
    if number:
        codes = (UsePattern.INTERMITTENT.value, UsePattern.NIGHT.value, UsePattern.ALL_DAY.value, NOT_RUNNING)
        return codes[int(number[1]) - 1]
    if not folded or folded == "0" or says_none(folded):
        return None
    raise Unreadable


@lru_cache(maxsize=4096)
def is_cpap(text: str) -> bool:
    """CPAP or ASV and no ventilator beside it."""
    folded = _fold(text)
    return re.search(r"cpap|asv|持続陽圧", folded) is not None and interface_in(folded) is None


@lru_cache(maxsize=4096)
def is_only_ventilator_words(text: str) -> bool:
    """Whether a 使用の有無 cell names the way of ventilation instead of あり."""
    folded = _fold(text)
    said_no = re.search(r"なし|無|未|不", folded.replace("非侵襲", "")) is not None
    return not said_no and (interface_in(folded) or use_pattern_in(folded)) is not None


@lru_cache(maxsize=4096)
def is_only_oxygen_words(text: str) -> bool:
    """Whether a 使用の有無 cell names the oxygen's source or flow instead of あり."""
    folded = _fold(text)
    if re.search(r"なし|無|未|不", folded):
        return False
    return (
        flow_in(folded) is not None
        or oxygen_source(folded)[0] is not None
        or folded in ("hot", "在宅酸素", "在宅酸素療法")
    )


@lru_cache(maxsize=4096)
def flow_in(text: str) -> str | None:
    """2L/分 -> 2; only with its unit, so that a code is not taken for a flow."""
    match = re.search(r"(\d+(?:\.\d+)?)(?:l|リットル)", _fold(text))
    return match[1] if match and 0.1 <= float(match[1]) <= 15 else None


@lru_cache(maxsize=4096)
def quantity(text: str) -> str:
    """A number with or without its unit (2L/分, 24時間, 1.5); Unreadable for ranges and words."""
    match = re.fullmatch(
        r"(?:安静時?|労作時?|睡眠時?|約|毎分|夜間)?:?(\d+(?:\.\d+)?)"
        r"(?:l|リットル|㍑)?(?:/(?:分|min|m|日))?(?:毎分)?(?:時間|h|hr)?(?:/日)?",
        _fold(text),
    )
    if match is None:
        raise Unreadable
    return match[1]


@lru_cache(maxsize=4096)
def oxygen_source(text: str) -> tuple[str | None, DeviceKind]:
    """(code of 供給方法, the kind of device) a text names; (None, 酸素療法) when it names none."""
    folded = _fold(text)
    if "濃縮" in folded:
        return OxygenSource.CONCENTRATOR.value, DeviceKind.OXYGEN_CONCENTRATOR
    if "液体" in folded or "液化" in folded or "液酸" in folded:
        return OxygenSource.LIQUID.value, DeviceKind.LIQUID_OXYGEN
    if "ボンベ" in folded:
        return OxygenSource.CYLINDER_ONLY.value, DeviceKind.OXYGEN_CYLINDER
    return None, DeviceKind.OXYGEN


_WORDS: tuple[tuple[str, DeviceKind], ...] = (
    (r"補助人工心臓|vad", DeviceKind.VAD),
    (r"cpap|asv", DeviceKind.CPAP),
    (r"人工呼吸|呼吸器|tppv|nppv|nippv|bipap", DeviceKind.VENTILATOR),
    (r"濃縮", DeviceKind.OXYGEN_CONCENTRATOR),
    (r"液体酸素|液化酸素", DeviceKind.LIQUID_OXYGEN),
    (r"ボンベ", DeviceKind.OXYGEN_CYLINDER),
    (r"酸素飽和|パルスオキシ|spo2|サチュレーション", DeviceKind.OXIMETER),
    (r"酸素|hot", DeviceKind.OXYGEN),
    (r"吸引", DeviceKind.SUCTION),
    (r"排痰|カフアシスト|mi-e", DeviceKind.COUGH_ASSIST),
    (r"加湿", DeviceKind.HUMIDIFIER),
    (r"経管栄養|栄養ポンプ|胃瘻|胃ろう", DeviceKind.FEEDING_PUMP),
    (r"吸入|ネブライザ", DeviceKind.NEBULIZER),
    (r"意思伝達", DeviceKind.COMMUNICATION),
)


def listed(text: str) -> list[tuple[DeviceKind, UseStatus, str | None]]:
    """The devices a free text names: (kind, use, interface). 「人工呼吸器なし」 is none; 「酸素:不明」 is 不明."""
    found: list[tuple[DeviceKind, UseStatus, str | None]] = []
    for piece in re.split(r"[、,・/\n;+＋&]|及び|および|と(?=[人酸吸液])", re.sub(r"[^\S\n]+", "、", as_text(text))):
        folded = _fold(piece)
        if not folded or re.search(r"なし|無し?$|未使用|不要|終了|中止|離脱|×|していない", folded):
            continue
        status = UseStatus.UNKNOWN if re.search(r"不明|\?|検討|予定|未確認", folded) else UseStatus.IN_USE
        kind = next((kind for words, kind in _WORDS if re.search(words, folded)), None)
        if kind is not None and kind not in {one[0] for one in found}:
            found.append((kind, status, interface_in(folded) if kind is DeviceKind.VENTILATOR else None))
    return found
