"""The wash: a row of a benefit file becomes an `Incoming`, or a fault that says where and why.

A 人工呼吸器等装着 certificate is a question, never the answer: it is given for 体外式補助人工心臓 too and not for
night-only or oxygen use. 不明 stays 不明; blank says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hoken_desktop.domain import dates, devices_text, fields, names, numbers
from hoken_desktop.domain.codes import (
    CareSetting,
    CopayClass,
    DeviceKind,
    EvidenceSource,
    Scheme,
    Sex,
    UseStatus,
    YesNoUnknown,
)
from hoken_desktop.domain.devices_text import Unreadable
from hoken_desktop.domain.diseases import NOTHING, DiseaseIndex, plain_number
from hoken_desktop.domain.errors import Fault
from hoken_desktop.domain.name_cells import read_name
from hoken_desktop.domain.persons import OXYGEN_KINDS
from hoken_desktop.domain.sheets import STRUCK, CellTrouble, MappedRow, is_ditto

OLDEST = 120
"""Years a birth may lie back."""

_WHO = frozenset({"name", "birth_on", "payer_no", "beneficiary_no"})
"""Fields that say who it is: a row without them is not taken."""
_USES = frozenset({"ventilator_use", "oxygen_use"})
_TOTALS = re.compile(
    r"(合計|小計|総計|総合計|計|総数|件数|以上|累計)(\D{0,3}[\d,]+[件人名]?)?|(全|計|合計)?[\d,]+(件|人|名)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: file base name, sheet, and the row Excel shows."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class DeviceEvidence:
    """What a row says of one kind of device. `facts` are (field, value): keys of domain/fields.py in their
    canonical text, and model, supplier, weaning, recorded_on, which a device row keeps."""

    kind: DeviceKind
    use_status: UseStatus
    source: EvidenceSource
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One washed row of a benefit file. "" and None are blank: the file says nothing."""

    scheme: Scheme
    name: str
    payer_no: str = ""
    beneficiary_no: str = ""
    name_kana: str = ""
    birth_on: date | None = None
    sex: Sex = Sex.OTHER
    postcode: str = ""
    address_registered: str = ""
    address_actual: str = ""
    phone_home: str = ""
    phone_mobile: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    disease_no: str = ""
    disease_name: str = ""
    shoman_group: str = ""
    copay_class: CopayClass = CopayClass.UNKNOWN
    vent_certified: YesNoUnknown = YesNoUnknown.UNKNOWN
    care_setting: CareSetting = CareSetting.UNKNOWN
    guardian_name: str = ""
    evidence: tuple[DeviceEvidence, ...] = ()
    warnings: tuple[Fault, ...] = ()


def has_device_evidence(incoming: Incoming) -> bool:
    """Whether the row speaks of a ventilator or oxygen at all (対象抽出); CPAP/ASV and 補助人工心臓 alone do not."""
    return any(e.kind is DeviceKind.VENTILATOR or e.kind in OXYGEN_KINDS for e in incoming.evidence)


def wash(
    row: MappedRow, scheme: Scheme, today: date, diseases: DiseaseIndex = NOTHING
) -> Incoming | tuple[Fault, ...]:
    """The row as an `Incoming` with its warnings; or its faults: the first is why it was not taken, the
    others (`warning`) are what else was seen. `diseases` are the entries valid today; one that is none of them is a
    warning and kept as it stands.

    Not taken: totals and repeated headers, no name, neither birth date nor 受給者番号, a birth date that
    cannot be read or lies in the future, a cell without a value (formula never reckoned, Excel error) in
    any known column. Everything else that is odd is a warning, so that nobody is lost over a postcode.
    """
    return _Wash(row, scheme, today, diseases).result()


class _Wash:
    """One row on its way; collects faults and warnings."""

    def __init__(self, row: MappedRow, scheme: Scheme, today: date, diseases: DiseaseIndex) -> None:
        self.row = row
        self.scheme = scheme
        self.today = today
        self.diseases = diseases
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def result(self) -> Incoming | tuple[Fault, ...]:
        if self.row.trouble:
            self._fault("", self.row.trouble)
        elif self._is_total():
            self._fault("name", "totals_row")
        elif self.row.struck_out:
            self._fault("name", CellTrouble.STRUCK_NAME.value)
        if self.faults:
            return tuple(self.faults)
        for key, cell in self.row.cells.items():
            if isinstance(cell.value, CellTrouble):
                if cell.value in STRUCK and key not in _WHO:
                    self._warn(key, cell.value.value)
                else:
                    self._fault(key, cell.value.value)
            elif is_ditto(cell.value) and key != "address_actual":
                self._warn(key, "register_ditto")
        incoming = self._person()
        if self.faults:
            first, *others = self.faults
            seen = [*self.warnings, *(self._as_warning(fault) for fault in others)]
            return (first, *seen)
        return incoming

    # -- places --------------------------------------------------------------------------------------------

    def _place(self, key: str, code: str, warning: bool) -> Fault:
        return Fault(self.row.file, self.row.sheet, self.row.number, self.row.column(key), code, warning)

    def _fault(self, key: str, code: str) -> None:
        self.faults.append(self._place(key, code, False))

    def _warn(self, key: str, *codes: str) -> None:
        self.warnings.extend(self._place(key, code, True) for code in codes)

    @staticmethod
    def _as_warning(fault: Fault) -> Fault:
        return Fault(fault.file, fault.sheet, fault.row, fault.column, fault.code, True, fault.facts)

    def _raw(self, key: str) -> object:
        cell = self.row.cells.get(key)
        if cell is None or is_ditto(cell.value):
            return None
        if isinstance(cell.value, CellTrouble):
            # A crossed-out あり may be over or a slip: 不明, so that somebody asks.
            return "不明" if cell.value in STRUCK and key in _USES else None
        return cell.value

    def _is_total(self) -> bool:
        text = re.sub(r"\s", "", self.row.first_text)
        if not text or not _TOTALS.fullmatch(text):
            return False
        return self._raw("birth_on") is None and not re.fullmatch(
            r"\d{7}", numbers.as_text(self._raw("beneficiary_no"))
        )

    # -- texts ---------------------------------------------------------------------------------------------

    def _text(self, key: str) -> str:
        """A text as given but for outer blanks; its odd characters become warnings."""
        raw = self._raw(key)
        text = names.tidy(raw) if isinstance(raw, str) else numbers.as_text(raw)
        self._warn(key, *(code for code in names.suspicious(text) if code != "char_half_width"))
        return text

    def _person(self) -> Incoming:
        name = self._text("name")
        kana = self._text("name_kana")
        if not name:
            self._fault("name", "name_missing")
        elif not re.search(r"[^\W\d_]", name):
            self._fault("name", "name_unreadable")
        elif isinstance(raw := self._raw("name"), str):
            cell = read_name(raw)
            if cell.several:
                self._fault("name", "register_several_people")
            elif cell.ended:
                self._fault("name", "register_ended_row")
        if kana and not names.is_reading(kana):
            swapped = names.is_reading(name) and not names.is_reading(kana)
            self._warn("name_kana", "name_kana_swapped" if swapped else "kana_form")
        payer = self._number("payer_no", numbers.wash_payer_no(self._raw("payer_no"), self.scheme))
        beneficiary = self._number("beneficiary_no", numbers.wash_beneficiary_no(self._raw("beneficiary_no")))
        birth = self._birth()
        has_trouble = any(fault.column and fault.code in set(CellTrouble) for fault in self.faults)
        if birth is None and not beneficiary and self._raw("birth_on") is None and not has_trouble:
            self._fault("birth_on", "birth_and_number_missing")
        certified = self._three("vent_certified")
        copay = self._copay()
        if copay is CopayClass.VENTILATOR_ETC and certified is YesNoUnknown.UNKNOWN:
            certified = YesNoUnknown.YES
        evidence = self._evidence(certified, copay)
        valid_from, valid_to = self._validity()
        disease_no, disease_name = self._disease()
        return Incoming(
            scheme=self.scheme,
            name=name,
            payer_no=payer,
            beneficiary_no=beneficiary,
            name_kana=kana,
            birth_on=birth,
            sex=self._sex(),
            postcode=self._number("postcode", numbers.wash_postcode(self._raw("postcode"))),
            address_registered=self._text("address_registered"),
            address_actual=self._text("address_actual"),
            phone_home=self._number("phone_home", numbers.wash_phone(self._raw("phone_home"))),
            phone_mobile=self._number("phone_mobile", numbers.wash_phone(self._raw("phone_mobile"))),
            valid_from=valid_from,
            valid_to=valid_to,
            disease_no=disease_no,
            disease_name=disease_name,
            shoman_group=self._shoman_group(),
            copay_class=copay,
            vent_certified=certified,
            care_setting=self._care_setting(),
            guardian_name=self._text("guardian_name"),
            evidence=evidence,
            warnings=tuple(self.warnings),
        )

    def _number(self, key: str, washed: numbers.Washed) -> str:
        self._warn(key, *washed.warnings)
        return washed.value

    # -- dates ---------------------------------------------------------------------------------------------

    def _birth(self) -> date | None:
        raw = self._raw("birth_on")
        if raw is None:
            return None
        try:
            found = dates.parse(raw, epoch_1904=self.row.epoch_1904)  # type: ignore[arg-type]
        except dates.UnreadableDate as error:
            self._fault("birth_on", error.code)
            return None
        if found > self.today:
            self._fault("birth_on", "birth_in_future")
        elif dates.age_on(found, self.today) > OLDEST:
            self._fault("birth_on", "birth_too_old")
        return found

    def _date(self, key: str) -> date | None:
        raw = self._raw(key)
        if raw is None or (isinstance(raw, str) and not re.search(r"\d|元", raw)):
            return None
        try:
            return dates.parse(raw, epoch_1904=self.row.epoch_1904)  # type: ignore[arg-type]
        except dates.UnreadableDate as error:
            self._warn(key, error.code)
            return None

    def _validity(self) -> tuple[date | None, date | None]:
        start, end = self._date("valid_from"), self._date("valid_to")
        if start and end and end < start:
            self._warn("valid_to", "validity_reversed")
        return start, end

    # -- codes ---------------------------------------------------------------------------------------------

    def _sex(self) -> Sex:
        try:
            return devices_text.sex(self._raw("sex"))
        except Unreadable:
            self._warn("sex", "value_unreadable")
            return Sex.OTHER

    def _three(self, key: str) -> YesNoUnknown:
        """あり/なし/不明; blank and what cannot be read are 不明 (the latter with a warning)."""
        try:
            return devices_text.yes_no(self._raw(key)) or YesNoUnknown.UNKNOWN
        except Unreadable:
            self._warn(key, "value_unreadable")
            return YesNoUnknown.UNKNOWN

    def _copay(self) -> CopayClass:
        return devices_text.copay_class(self._raw("copay_class"), self.scheme)

    def _care_setting(self) -> CareSetting:
        try:
            return devices_text.care_setting(self._raw("care_setting"))
        except Unreadable:
            self._warn("care_setting", "value_unreadable")
            return CareSetting.UNKNOWN

    def _disease(self) -> tuple[str, str]:
        """(number, name) as the file gives them; what the 指定難病 do not hold is said, never dropped."""
        number, name = numbers.as_text(self._raw("disease_no")), self._text("disease_name")
        if self.scheme is not Scheme.NANBYO:
            return number, name
        number = plain_number(number)
        if not self.diseases.knows(Scheme.NANBYO):
            return number, name
        known = self.diseases.numbered(Scheme.NANBYO, number) or self.diseases.named(Scheme.NANBYO, number)
        named = self.diseases.named(Scheme.NANBYO, name)
        if number and known is None:
            self._warn("disease_no", "disease_unknown_number")
        elif not number and name and named is None:
            self._warn("disease_name", "disease_unknown_name")
        elif known is not None and named is not None and known.number != named.number:
            self._warn("disease_no", "disease_contradiction")
        return known.number if known is not None else number, name

    def _shoman_group(self) -> str:
        text = numbers.as_text(self._raw("shoman_group"))
        found = self.diseases.group(text) if text else None
        if found is not None:
            return found.number
        if text and self.diseases.knows(Scheme.SHOMAN):
            self._warn("shoman_group", "shoman_group_unknown")
        return plain_number(text)

    # -- devices -------------------------------------------------------------------------------------------

    def _evidence(self, certified: YesNoUnknown, copay: CopayClass) -> tuple[DeviceEvidence, ...]:
        found: dict[DeviceKind, DeviceEvidence] = {}
        for evidence in (self._ventilator(), self._oxygen(), *self._plain_devices(), *self._listed_devices()):
            if evidence is None:
                continue
            known = found.get(evidence.kind)
            if known is None or (
                known.use_status is UseStatus.UNKNOWN and evidence.use_status is not UseStatus.UNKNOWN
            ):
                found[evidence.kind] = evidence
        if any(kind in OXYGEN_KINDS and kind is not DeviceKind.OXYGEN for kind in found):
            # The named apparatus says what 酸素療法 alone leaves open.
            plain = found.pop(DeviceKind.OXYGEN, None)
            if plain is not None and plain.facts:
                kind = next(kind for kind in found if kind in OXYGEN_KINDS)
                named = found[kind]
                found[kind] = DeviceEvidence(kind, named.use_status, named.source, (*named.facts, *plain.facts))
        flag = certified is YesNoUnknown.YES or copay is CopayClass.VENTILATOR_ETC
        if flag and DeviceKind.VENTILATOR not in found:
            explained = DeviceKind.VAD in found and self._said("ventilator_use") is YesNoUnknown.NO
            if not explained:
                if self._said("ventilator_use") is YesNoUnknown.NO:
                    self._warn("ventilator_use", "certificate_without_ventilator")
                found[DeviceKind.VENTILATOR] = DeviceEvidence(
                    DeviceKind.VENTILATOR, UseStatus.UNKNOWN, EvidenceSource.COPAY_CLASS
                )
        return tuple(found.values())

    def _said(self, key: str) -> YesNoUnknown | None:
        try:
            return devices_text.yes_no(self._raw(key))
        except Unreadable:
            return YesNoUnknown.UNKNOWN

    def _use(self, key: str) -> YesNoUnknown | None:
        """What a device column says; what cannot be read is 不明 with a warning, for a person to look at."""
        try:
            return devices_text.yes_no(self._raw(key))
        except Unreadable:
            self._warn(key, "value_unreadable")
            return YesNoUnknown.UNKNOWN

    def _ventilator(self) -> DeviceEvidence | None:
        text = numbers.as_text(self._raw("ventilator_use"))
        facts: list[tuple[str, str]] = []
        interface = self._coded("interface", devices_text.interface) or devices_text.interface_in(text)
        pattern = self._coded("use_pattern", devices_text.use_pattern) or devices_text.use_pattern_in(text)
        if devices_text.is_cpap(text):
            return None
        said = YesNoUnknown.YES if devices_text.is_only_ventilator_words(text) else self._use("ventilator_use")
        used = interface is not None or (pattern is not None and pattern != devices_text.NOT_RUNNING)
        if said is YesNoUnknown.NO and used:
            self._warn("ventilator_use", "device_conflict")
            status = UseStatus.UNKNOWN
        elif said is YesNoUnknown.NO:
            return None
        elif pattern == devices_text.NOT_RUNNING:
            status = UseStatus.PAUSED
        elif said is YesNoUnknown.YES or (said is None and used):
            status = UseStatus.IN_USE
        elif said is YesNoUnknown.UNKNOWN:
            status = UseStatus.IN_USE if used else UseStatus.UNKNOWN
        else:
            return None
        if interface:
            facts.append(("interface", interface))
        if pattern and pattern != devices_text.NOT_RUNNING:
            facts.append(("use_pattern", pattern))
        facts.extend(self._measured("hours_per_day"))
        for key, name in (("ventilator_model", "model"), ("ventilator_supplier", "supplier")):
            if value := self._text(key):
                facts.append((name, value))
        weaning = self._three("weaning")
        if weaning is not YesNoUnknown.UNKNOWN:
            facts.append(("weaning", weaning.value))
        facts.extend(self._recorded())
        # 施行状況 and 離脱の見込み stand on the 臨床調査個人票 and nowhere else.
        certificate = weaning is not YesNoUnknown.UNKNOWN or self._raw("use_pattern") is not None
        source = EvidenceSource.CERTIFICATE if certificate else EvidenceSource.BENEFIT_FILE
        return DeviceEvidence(DeviceKind.VENTILATOR, status, source, tuple(facts))

    def _oxygen(self) -> DeviceEvidence | None:
        text = numbers.as_text(self._raw("oxygen_use"))
        flows = [fact for key in ("flow_rest", "flow_exertion", "flow_sleep") for fact in self._measured(key)]
        if not flows and (flow := devices_text.flow_in(text)):
            flows = [("flow_rest", flow)]
        source_code, kind = devices_text.oxygen_source(numbers.as_text(self._raw("oxygen_source")) or text)
        said = YesNoUnknown.YES if devices_text.is_only_oxygen_words(text) else self._use("oxygen_use")
        used = bool(flows) or source_code is not None
        if said is YesNoUnknown.NO and used:
            self._warn("oxygen_use", "device_conflict")
            status = UseStatus.UNKNOWN
        elif said is YesNoUnknown.NO:
            return None
        elif said is YesNoUnknown.YES or used:
            status = UseStatus.IN_USE
        elif said is YesNoUnknown.UNKNOWN:
            status = UseStatus.UNKNOWN
        else:
            return None
        facts = list(flows)
        if source_code:
            facts.append(("oxygen_source", source_code))
        facts.extend(self._measured("oxygen_hours_per_day"))
        if supplier := self._text("oxygen_supplier"):
            facts.append(("supplier", supplier))
        facts.extend(self._recorded())
        return DeviceEvidence(kind, status, EvidenceSource.BENEFIT_FILE, tuple(facts))

    def _plain_devices(self) -> list[DeviceEvidence]:
        """Recorded, but not counted and no reason to be a candidate."""
        found = []
        pairs = (("vad_use", DeviceKind.VAD), ("cpap_use", DeviceKind.CPAP))
        for key, kind in pairs:
            if self._use(key) is YesNoUnknown.YES:
                found.append(DeviceEvidence(kind, UseStatus.IN_USE, EvidenceSource.BENEFIT_FILE))
        if devices_text.is_cpap(numbers.as_text(self._raw("ventilator_use"))):
            found.append(DeviceEvidence(DeviceKind.CPAP, UseStatus.IN_USE, EvidenceSource.BENEFIT_FILE))
        return found

    def _listed_devices(self) -> list[DeviceEvidence]:
        """The devices a free text names (使用医療機器: 人工呼吸器(NPPV)、吸引器)."""
        found = []
        for kind, status, interface in devices_text.listed(numbers.as_text(self._raw("devices"))):
            facts = (("interface", interface),) if interface else ()
            found.append(DeviceEvidence(kind, status, EvidenceSource.BENEFIT_FILE, facts))
        return found

    def _coded(self, key: str, read: object) -> str | None:
        raw = self._raw(key)
        if raw is None:
            return None
        try:
            return read(numbers.as_text(raw))  # type: ignore[operator,no-any-return]
        except Unreadable:
            self._warn(key, "value_unreadable")
            return None

    def _measured(self, key: str) -> list[tuple[str, str]]:
        """A number in the field's unit and bounds, as its canonical text; else a warning."""
        raw = self._raw(key)
        text = numbers.as_text(raw)
        if not text or devices_text.says_none(text):
            return []
        try:
            return [(key, fields.canonical(fields.BY_KEY[key], devices_text.quantity(text)))]
        except (Unreadable, ValueError):
            self._warn(key, "value_unreadable")
            return []

    def _recorded(self) -> list[tuple[str, str]]:
        day = self._date("recorded_on")
        return [("recorded_on", day.isoformat())] if day else []
