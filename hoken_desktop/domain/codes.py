"""The closed lists of the registry: each code's Japanese word stands in resources/words/codes.toml."""

from __future__ import annotations

from enum import StrEnum


class YesNoUnknown(StrEnum):
    """あり/なし/不明; 不明 is a value of its own, never a missing なし."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"  # その他・不明


class CareSetting(StrEnum):
    """療養場所の状態; only HOME and UNKNOWN belong on the map (地図対象)."""

    HOME = "home"
    HOSPITAL = "hospital"
    FACILITY = "facility"
    RESPITE = "respite"
    MOVED_OUT = "moved_out"
    DECEASED = "deceased"
    UNKNOWN = "unknown"


class PersonState(StrEnum):
    """Whether a person stands on the register; nobody is ever deleted."""

    ACTIVE = "active"
    ENDED = "ended"


class EndReason(StrEnum):
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    DEVICE_ENDED = "device_ended"
    MERGED = "merged"
    MISTAKE = "mistake"
    OTHER = "other"


class Scheme(StrEnum):
    """制度区分; the number is the 法別番号 the payer number begins with."""

    NANBYO = "nanbyo"  # 54 特定医療費(指定難病)
    SHOMAN = "shoman"  # 52 小児慢性特定疾病医療費
    TOKUTEI = "tokutei"  # 51 特定疾患治療研究
    OTHER = "other"
    CARD_ONLY = "card_only"  # 登録者証のみ


class CopayClass(StrEnum):
    """自己負担上限月額の階層区分."""

    WELFARE = "welfare"
    LOW_1 = "low_1"
    LOW_2 = "low_2"
    GENERAL_1 = "general_1"
    GENERAL_2 = "general_2"
    UPPER = "upper"
    VENTILATOR_ETC = "ventilator_etc"  # 人工呼吸器等装着者: not proof of a ventilator
    UNKNOWN = "unknown"


class DeviceKind(StrEnum):
    VENTILATOR = "ventilator"
    OXYGEN_CONCENTRATOR = "oxygen_concentrator"
    LIQUID_OXYGEN = "liquid_oxygen"
    OXYGEN_CYLINDER = "oxygen_cylinder"
    OXYGEN = "oxygen"  # 酸素療法 (供給方法は未確認)
    SUCTION = "suction"
    HUMIDIFIER = "humidifier"
    COUGH_ASSIST = "cough_assist"
    CPAP = "cpap"
    FEEDING_PUMP = "feeding_pump"
    NEBULIZER = "nebulizer"
    OXIMETER = "oximeter"
    VAD = "vad"  # 体外式補助人工心臓
    BED = "bed"
    COMMUNICATION = "communication"
    OTHER = "other"


class UseStatus(StrEnum):
    IN_USE = "in_use"
    PAUSED = "paused"
    ENDED = "ended"
    UNKNOWN = "unknown"


class DeviceGroup(StrEnum):
    """How a person is counted (PRODUCT: 人工呼吸器 = with or without oxygen; 両方 is a part of it)."""

    VENTILATOR = "ventilator"
    BOTH = "both"
    OXYGEN = "oxygen"
    UNCONFIRMED = "unconfirmed"  # evidence, but no device known to be in use: shown apart, not counted
    NONE = "none"


class EvidenceSource(StrEnum):
    """情報源, from which a fact is known."""

    COPAY_CLASS = "copay_class"  # 上限区分
    CERTIFICATE = "certificate"  # 臨個票/医療意見書
    BENEFIT_FILE = "benefit_file"  # 受給者データの機器欄
    SURVEY = "survey"  # 療養生活のおたずね
    VISIT = "visit"  # 訪問・面接
    PHONE = "phone"
    NURSE = "nurse"  # 訪問看護
    DOCTOR = "doctor"
    SUPPLIER = "supplier"
    MUNICIPALITY = "municipality"
    FAMILY = "family"
    MIGRATED = "migrated"  # 移行
    STAFF = "staff"


class VentilationInterface(StrEnum):
    TPPV = "tppv"
    NPPV = "nppv"
    OTHER = "other"
    UNKNOWN = "unknown"


class UsePattern(StrEnum):
    ALL_DAY = "all_day"
    NIGHT = "night"
    DAY_AND_NIGHT = "day_and_night"
    INTERMITTENT = "intermittent"
    UNKNOWN = "unknown"


class HoursBasis(StrEnum):
    MEASURED = "measured"
    CATALOGUE = "catalogue"
    FAMILY = "family"
    ESTIMATED = "estimated"


class OxygenSource(StrEnum):
    CONCENTRATOR = "concentrator"
    LIQUID = "liquid"
    CYLINDER_ONLY = "cylinder_only"


class DwellingType(StrEnum):
    HOUSE = "house"
    FLAT_LIFT = "flat_lift"
    FLAT_NO_LIFT = "flat_no_lift"
    FACILITY = "facility"
    OTHER = "other"


class GeneratorFuel(StrEnum):
    PETROL = "petrol"
    GAS_CANISTER = "gas_canister"
    LP_GAS = "lp_gas"


class CarPower(StrEnum):
    SOCKET_12V = "socket_12v"
    AC_100V = "ac_100v"
    NO = "no"
    UNKNOWN = "unknown"


class AloneDaytime(StrEnum):
    NO = "no"
    PARTLY = "partly"
    ALWAYS = "always"
    UNKNOWN = "unknown"


class Communication(StrEnum):
    """意思疎通の方法; a person may have several."""

    SPEECH = "speech"
    WRITING = "writing"
    LETTER_BOARD = "letter_board"
    DEVICE = "device"  # 意思伝達装置
    SIGN = "sign"
    DIFFICULT = "difficult"


class TubeFeeding(StrEnum):
    NONE = "none"
    NASAL = "nasal"
    GASTROSTOMY = "gastrostomy"
    JEJUNOSTOMY = "jejunostomy"
    UNKNOWN = "unknown"


class TransferMeans(StrEnum):
    """移送の方法."""

    WALKING = "walking"
    WHEELCHAIR = "wheelchair"
    RECLINING = "reclining"
    STRETCHER = "stretcher"
    UNKNOWN = "unknown"


class OtherDependency(StrEnum):
    """透析・インスリンほか; a person may have several. NONE is an answer, nothing written is 不明."""

    DIALYSIS = "dialysis"
    PERITONEAL = "peritoneal"
    INSULIN = "insulin"
    INFUSION = "infusion"
    OTHER = "other"
    NONE = "none"


class Subsidy(StrEnum):
    """電源の給付・貸与."""

    DAILY_LIVING = "daily_living"  # 日常生活用具
    PREFECTURE = "prefecture"
    MUNICIPALITY = "municipality"
    NONE = "none"
    UNKNOWN = "unknown"


class FloodRank(StrEnum):
    """洪水浸水想定の深さ (国土数値情報 A31の区分)."""

    OUTSIDE = "outside"
    UNDER_0_5 = "under_0_5"
    FROM_0_5 = "from_0_5"
    FROM_3 = "from_3"
    FROM_5 = "from_5"
    FROM_10 = "from_10"
    FROM_20 = "from_20"
    UNKNOWN = "unknown"


class Landslide(StrEnum):
    """土砂災害警戒区域 (土砂災害防止法)."""

    OUTSIDE = "outside"
    WARNING = "warning"
    SPECIAL = "special"
    UNKNOWN = "unknown"


class Strategy(StrEnum):
    """避難方針."""

    STAY = "stay"
    HOSPITAL = "hospital"
    SHELTER = "shelter"
    WELFARE_SHELTER = "welfare_shelter"
    RELATIVES = "relatives"
    UNDECIDED = "undecided"
    UNKNOWN = "unknown"


class CheckMethod(StrEnum):
    """安否確認の手段."""

    PHONE = "phone"
    VISIT = "visit"
    NURSE = "nurse"
    SUPPLIER = "supplier"
    MUNICIPALITY = "municipality"
    FIRE = "fire"
    DIAL_171 = "dial_171"
    UNKNOWN = "unknown"


class SupporterRole(StrEnum):
    """支援者・関係機関."""

    SPECIALIST = "specialist"
    FAMILY_DOCTOR = "family_doctor"
    VISITING_NURSE = "visiting_nurse"
    PHARMACY = "pharmacy"
    CARE_MANAGER = "care_manager"
    CONSULTANT = "consultant"
    CHILD_COORDINATOR = "child_coordinator"
    HELPER = "helper"
    DEVICE_SUPPLIER = "device_supplier"
    OXYGEN_SUPPLIER = "oxygen_supplier"
    HEALTH_NURSE = "health_nurse"
    MUNICIPALITY = "municipality"
    WELFARE_COMMISSIONER = "welfare_commissioner"
    SCHOOL = "school"
    EMERGENCY_HOSPITAL = "emergency_hospital"


class UnmappedReason(StrEnum):
    """未配置の理由: one person, one reason, in this order of precedence."""

    HOSPITAL = "hospital"
    FACILITY = "facility"
    RESPITE = "respite"
    DECLINED = "declined"  # 本人希望
    OUTSIDE = "outside"  # 管外
    BAD_ADDRESS = "bad_address"  # 住所不備
    NOT_PLACED = "not_placed"  # 座標未確定
    NOT_SEARCHED = "not_searched"  # 未検索


class OnMap(StrEnum):
    """Whether somebody is on the map at all, whatever the reason."""

    MAPPED = "mapped"
    UNMAPPED = "unmapped"


class Freshness(StrEnum):
    """How old the newest confirmation of a person or of their devices is (domain/freshness.py)."""

    FRESH = "fresh"
    OLD = "old"
    VERY_OLD = "very_old"
    NEVER = "never"


class RoundState(StrEnum):
    OPEN = "open"
    FROZEN = "frozen"


class RowKind(StrEnum):
    ROW = "row"
    ABSENT = "absent"


class Verdict(StrEnum):
    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    NEW = "new"
    ABSENT = "absent"


class Choice(StrEnum):
    """The staff's decision about a row of the waiting room."""

    PENDING = "pending"
    SAME = "same"
    NEW = "new"
    SKIP = "skip"
    HOLD = "hold"
    KEEP = "keep"
    ENDED = "ended"


class RecipientSection(StrEnum):
    """提供先区分."""

    HEALTH = "health"  # 市町(保健主管課)
    DISASTER = "disaster"  # 市町(防災・福祉)
    SUPPORTERS = "supporters"  # 市町→避難支援等関係者
    FIRE = "fire"
    POWER = "power"
    SUPPLIER = "supplier"
    NURSE = "nurse"
    ALS = "als"


class Purpose(StrEnum):
    """目的 of a consent and of a request."""

    ROSTER = "roster"  # 避難行動要支援者名簿の作成
    EVACUATION_PLAN = "evacuation_plan"  # 個別避難計画の作成
    SAFETY_CHECK = "safety_check"  # 災害時安否確認
    POWER_CUT = "power_cut"  # 停電対応
    DRILL = "drill"  # 訓練


class ItemGroup(StrEnum):
    """同意の範囲: groups of items; 病名 is never part of the standard scope."""

    BASIC = "basic"
    CONTACT = "contact"
    DEVICE = "device"
    SUPPORTER = "supporter"
    DISEASE = "disease"
    HOME = "home"


class ConsentDecision(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    PENDING = "pending"  # 保留
    UNKNOWN = "unknown"  # 未確認


class ConsentGiver(StrEnum):
    SELF = "self"
    FAMILY = "family"
    GUARDIAN = "guardian"  # 法定代理人
    SCRIBE = "scribe"  # 代筆


class ConsentMethod(StrEnum):
    PAPER = "paper"
    RENEWAL_FORM = "renewal_form"
    SURVEY = "survey"
    ORAL = "oral"
    PHONE = "phone"
    MAIL = "mail"  # 郵送: on a paper with a 整理番号


class Standing(StrEnum):
    """What the ledger says on one day for one recipient and purpose."""

    VALID = "valid"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    PENDING = "pending"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    GIVER_NOT_ENTITLED = "giver_not_entitled"


class LegalBasis(StrEnum):
    """What a disclosure may stand on; only CONSENT opens anything until the centre decides otherwise."""

    CONSENT = "CONSENT"
    REQ_49_10_4 = "REQ_49_10_4"
    REQ_49_14 = "REQ_49_14"
    GOV_69_2_3 = "GOV_69_2_3"
    DISASTER = "DISASTER"


class Lack(StrEnum):
    """What a request lacks before its legal basis opens anything."""

    REQUEST_CLOSED = "request_closed"
    NO_PURPOSE = "no_purpose"
    BASIS_OFF = "basis_off"  # the centre has not turned it on, or has turned it off
    NO_DECISION = "no_decision"  # turned on without 決裁番号
    DECISION_DAY = "decision_day"  # turned on without 決裁日, or from a later day on
    NO_OWN_DECISION = "no_own_decision"  # GOV_69_2_3: the request's own 決裁番号
    NO_EVENT = "no_event"
    EVENT_IS_DRILL = "event_is_drill"
    EVENT_TO_COME = "event_to_come"
    EVENT_ENDED = "event_ended"
    NO_REASON = "no_reason"
    TWO_CONFIRMATIONS = "two_confirmations"


class Exclusion(StrEnum):
    """Why a person of the target is not disclosed today: one person, one reason, in this order."""

    BASIS_CLOSED = "basis_closed"  # nothing opens the request itself; nobody of it is judged any further
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"
    ENDED = "ended"
    NOT_RESIDENT = "not_resident"  # since the snapshot in another municipality
    HOSPITAL = "hospital"
    FACILITY = "facility"
    RESPITE = "respite"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_PENDING = "consent_pending"
    CONSENT_GIVER = "consent_giver"
    CONSENT_UNKNOWN = "consent_unknown"
    SCOPE = "scope"  # the consent does not cover the basic items


class PlanStatus(StrEnum):
    """個別支援計画 (保健所・訪看) and 個別避難計画 (市町): two things, the same states."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    MADE = "made"
    RENEW = "renew"
    NOT_NEEDED = "not_needed"
    DECLINED = "declined"
    UNKNOWN = "unknown"


class OnList(StrEnum):
    """市町名簿への登載, as the municipality reports it."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


class ListUse(StrEnum):
    """提供した名簿の活用状況."""

    USED = "used"
    PLANNED = "planned"
    NOT_USED = "not_used"
    UNKNOWN = "unknown"


class Role(StrEnum):
    ADMIN = "admin"
    EDITOR = "editor"


class PaperKind(StrEnum):
    """帳票 that are numbered copy by copy (部数番号), each kind for itself."""

    REGISTER_LIST = "register_list"  # 庁内用リスト
    DOSSIER = "dossier"  # 個票
    EMERGENCY_CARD = "emergency_card"  # 緊急時カード
    STATISTICS = "statistics"  # 取組状況
    PACK = "pack"  # 停電用の紙一式
    AUDIT_HEAD = "audit_head"  # 記録の見出し
    LETTER = "letter"  # 郵送の紙
    DRAFT = "draft"  # 起案添付
    RECALL = "recall"  # 回収・訂正の依頼
    FUNNEL = "funnel"  # 市町の取組
    INCIDENT = "incident"  # 漏えい等の報告のための控え


class ListGrouping(StrEnum):
    """What the parts of the 庁内用リスト stand under."""

    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    SUPPLIER = "supplier"
    NURSE = "nurse"


class PlaceLevel(StrEnum):
    """How exactly a place is known, from the best to the worst."""

    BUILDING = "building"  # a pin set by staff
    RESIDENCE = "residence"  # 住居番号
    PARCEL = "parcel"  # 地番 (枝番まで)
    BLOCK = "block"  # 街区・地番の本番
    CHOME = "chome"  # 丁目
    OAZA = "oaza"  # 大字・町
    MUNICIPALITY = "municipality"
    NONE = "none"


class Unplaceable(StrEnum):
    """Why an address has no place."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    UNKNOWN_MUNICIPALITY = "unknown_municipality"
    ONLY_MUNICIPALITY = "only_municipality"
    UNKNOWN_TOWN = "unknown_town"
    AMBIGUOUS = "ambiguous"
    OUTSIDE_DATA = "outside_data"  # the municipality is known, but there are no towns of it
    NO_POINT = "no_point"  # the town is known, but no data has its position


class AddressSource(StrEnum):
    """Which data answered, the best first."""

    MANUAL = "manual"
    ABR_RESIDENCE = "abr_residence"
    ABR_PARCEL = "abr_parcel"
    ABR_BLOCK = "abr_block"
    ISJ_BLOCK = "isj_block"
    ABR_TOWN = "abr_town"
    ISJ_TOWN = "isj_town"
    GEOLONIA = "geolonia"
    BOUNDARY = "boundary"
