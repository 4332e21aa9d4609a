"""Fictitious people for the demo and the benches: same seed, same people; none of them exists.

Telephone exchanges begin with 0 (never assigned), house numbers begin at 9000 (no town of these has one).
The counts are those the published table names: 人工呼吸器 59 (of them 両方 18), 酸素療法 46; on the map 48 and 44.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from hoken_desktop.adapters.builtin_towns import builtin_towns
from hoken_desktop.adapters.municipalities import Municipalities
from hoken_desktop.domain.codes import DeviceGroup, Scheme, Sex, UnmappedReason
from hoken_desktop.domain.numbers import check_digit

MUNICIPALITIES = ("112178", "112194", "112313", "112330", "113018")
_WEIGHTS = (25, 41, 16, 13, 10)
_OUTSIDE = "112062"  # 行田市: a neighbour outside the district
VENTILATOR_ONLY, BOTH, OXYGEN = 41, 18, 46
PUBLISHED = VENTILATOR_ONLY + BOTH + OXYGEN

UNMAPPED_VENTILATOR = (
    UnmappedReason.HOSPITAL, UnmappedReason.HOSPITAL, UnmappedReason.HOSPITAL, UnmappedReason.FACILITY,
    UnmappedReason.FACILITY, UnmappedReason.FACILITY, UnmappedReason.RESPITE, UnmappedReason.DECLINED,
    UnmappedReason.OUTSIDE, UnmappedReason.NOT_PLACED, UnmappedReason.NOT_SEARCHED,
)  # fmt: skip
UNMAPPED_OXYGEN = (UnmappedReason.HOSPITAL, UnmappedReason.BAD_ADDRESS)
"""11 + 2 people on the list but not on the map, most of them in hospital or a facility."""

_FAMILY = (
    "青葉 あおば 茜谷 あかねや 朝凪 あさなぎ 天音 あまね 霰野 あられの 石清水 いわしみず 稲穂 いなほ 卯月 うづき 梅枝 うめがえ "
    "落葉 おちば 朧月 おぼろづき 笠雲 かさぐも 霞草 かすみぐさ 風早 かざはや 金木 きんもく 草笛 くさぶえ 雲井 くもい 木漏 こもれ "
    "早苗田 さなえだ 細波 さざなみ 時雨 しぐれ 霜月 しもつき 涼風 すずかぜ 菫原 すみれはら 蝉丸 せみまる 空木 うつぎ 橘野 たちばなの "
    "月見里 つきみざと 燕谷 つばめたに 露草 つゆくさ 灯田 ともしだ 夏木立 なつこだち 菜花 なのはな 虹橋 にじはし 野分 のわき "
    "萩原野 はぎはらの 花筏 はないかだ 春霞 はるがすみ 日向葵 ひなたあおい 藤波 ふじなみ 螢沢 ほたるさわ 真帆 まほ 水無月 みなづき "
    "麦秋 ばくしゅう 紅葉谷 もみじだに 夕凪 ゆうなぎ 雪平 ゆきひら 宵待 よいまち 若草 わかくさ 渡鳥 わたりどり 神楽坂上 かぐらざかうえ "
    "髙嶺 たかみね 﨑浜 さきはま 五十嵐風 いがらしかぜ 小鳥遊野 たかなしの"
).split()
_MALE = (
    "茂 しげる 実 みのる 昇 のぼる 奏太 そうた 博 ひろし 光 ひかる 一樹 かずき 大地 だいち 武 たけし 清 きよし 蓮 れん 悠斗 ゆうと "
    "正 ただし 進 すすむ 誠 まこと 勇 いさむ 隆 たかし 陸 りく 颯 はやて 善三 ぜんぞう 権之助 ごんのすけ 海斗 かいと"
).split()
_FEMALE = (
    "キヨ きよ 花子 はなこ 玲 れい 凛 りん 輝 てる 萌 もえ 薫 かおる 葵 あおい 雪 ゆき 春 はる ヨシ よし トメ とめ 結衣 ゆい 咲良 さくら "
    "静 しず 文 ふみ 和子 かずこ 陽菜 ひな 美月 みづき 千代 ちよ 富士子 ふじこ 芽依 めい"
).split()
_NANBYO = (
    ("002", "筋萎縮性側索硬化症"), ("003", "脊髄性筋萎縮症"), ("006", "パーキンソン病"), ("017", "多系統萎縮症"),
    ("085", "特発性間質性肺炎"), ("086", "肺動脈性肺高血圧症"), ("113", "筋ジストロフィー"), ("013", "多発性硬化症/視神経脊髄炎"),
    ("049", "全身性エリテマトーデス"), ("097", "潰瘍性大腸炎"), ("096", "クローン病"), ("051", "全身性強皮症"),
)  # fmt: skip
_BREATHING_NANBYO = _NANBYO[:7]
_SHOMAN = (("11", "先天性ミオパチー"), ("03", "慢性肺疾患"), ("04", "単心室症"), ("13", "18トリソミー症候群"))
SUPPLIERS = ("架空メディカル 北部営業所", "見本呼吸器サービス", "空想酸素 上尾営業所", "例示医療機器")
_PAYER = {Scheme.NANBYO: "5411601", Scheme.SHOMAN: "5211601"}


@dataclass(frozen=True, slots=True)
class Fictitious:
    """One fictitious recipient. `role` is the reason they will not be on the map; `group` NONE is 対象外."""

    key: int
    scheme: Scheme
    payer_no: str
    beneficiary_no: str
    name: str
    kana: str
    birth_on: date
    sex: Sex
    municipality: str
    postcode: str
    address: str
    phone: str
    guardian: str
    disease_no: str
    disease_name: str
    group: DeviceGroup = DeviceGroup.NONE
    role: UnmappedReason | None = None
    certified: bool = False


class Population:
    """Makes people from one seed."""

    def __init__(self, seed: int, as_of: date) -> None:
        self._random = Random(seed)  # noqa: S311 - fictitious people need a repeatable order, not secrecy
        self._as_of = as_of
        self._made = 0
        self._names: set[tuple[str, date]] = set()
        master = Municipalities()
        self._places = {code: master.by_code(code) for code in (*MUNICIPALITIES, _OUTSIDE)}
        towns = {code: [t for t in builtin_towns(code) if not t.koaza] for code in (*MUNICIPALITIES, _OUTSIDE)}
        self._towns = {code: [t.name for t in rows if t.lat is not None] for code, rows in towns.items()}
        self._pointless = {code: [t.name for t in rows if t.lat is None] for code, rows in towns.items()}

    def address(self, municipality: str, *, pointless: bool = False) -> str:
        """A house number that does not exist in a town that does; `pointless` a town without a position."""
        found = self._places[municipality]
        if found is None:
            raise KeyError(municipality)
        town = self._random.choice((self._pointless if pointless else self._towns)[municipality])
        number = self._random.randint(9000, 9899)
        tail = f"{number}番地{self._random.randint(90, 99)}"
        return f"{found.pref}{found.county}{found.name}{town}{tail}"

    def person(
        self, group: DeviceGroup = DeviceGroup.NONE, role: UnmappedReason | None = None, *, child: bool | None = None
    ) -> Fictitious:
        """One more person."""
        random = self._random
        self._made += 1
        child = random.random() < 0.17 if child is None else child
        scheme = Scheme.SHOMAN if child else Scheme.NANBYO
        sex = random.choice((Sex.MALE, Sex.FEMALE))
        while True:
            surname = random.randrange(len(_FAMILY) // 2) * 2
            given_names = _MALE if sex is Sex.MALE else _FEMALE
            given = random.randrange(len(given_names) // 2) * 2
            years = random.randint(1, 19) if child else random.choice((random.randint(20, 64), random.randint(55, 92)))
            birth = self._as_of - timedelta(days=years * 365 + random.randint(10, 350))
            name = f"{_FAMILY[surname]} {given_names[given]}"
            if (name, birth) not in self._names:
                break
        self._names.add((name, birth))
        municipality = _OUTSIDE if role is UnmappedReason.OUTSIDE else random.choices(MUNICIPALITIES, _WEIGHTS)[0]
        address = self.address(municipality)
        if role is UnmappedReason.NOT_PLACED:
            municipality = next(code for code in reversed(MUNICIPALITIES) if self._pointless[code])
            address = self.address(municipality, pointless=True)
        elif role is UnmappedReason.BAD_ADDRESS:
            place = self._places[municipality]
            address = f"{place.pref}{place.name}" if place else ""
        number = f"{random.randint(0, 9)}{self._made:05d}"
        if child:
            disease_no, disease_name = random.choice(_SHOMAN)
        else:
            disease_no, disease_name = random.choice(_NANBYO if group is DeviceGroup.NONE else _BREATHING_NANBYO)
        return Fictitious(
            key=self._made, scheme=scheme, payer_no=_PAYER[scheme] + check_digit(_PAYER[scheme]),
            beneficiary_no=number + check_digit(number), name=name,
            kana=f"{_FAMILY[surname + 1]} {given_names[given + 1]}", birth_on=birth, sex=sex,
            municipality=municipality, postcode=f"000{random.randint(0, 9999):04d}", address=address,
            phone=f"048-0{random.randint(0, 99):02d}-{random.randint(0, 9999):04d}",
            guardian=f"{_FAMILY[surname]} {random.choice(_FEMALE[0::2])}" if child else "",
            disease_no=disease_no, disease_name=disease_name, group=group, role=role,
            certified=group in (DeviceGroup.VENTILATOR, DeviceGroup.BOTH) and random.random() < 0.5,
        )

    def registered(self, people: int) -> list[Fictitious]:
        """`people` users in the published proportions; for PUBLISHED exactly the published counts and roles."""
        times = max(1, round(people / PUBLISHED))
        groups = [DeviceGroup.VENTILATOR] * VENTILATOR_ONLY + [DeviceGroup.BOTH] * BOTH + [DeviceGroup.OXYGEN] * OXYGEN
        groups = (groups * (people // PUBLISHED + 1))[:people] if people != PUBLISHED else groups
        wanted: list[tuple[DeviceGroup, UnmappedReason | None]] = [(g, None) for g in groups]
        for reasons, fits in (
            (UNMAPPED_VENTILATOR, (DeviceGroup.VENTILATOR, DeviceGroup.BOTH)),
            (UNMAPPED_OXYGEN, (DeviceGroup.OXYGEN,)),
        ):
            places = [at for at, (group, _) in enumerate(wanted) if group in fits]
            for at, reason in zip(places[:: max(1, len(places) // (len(reasons) * times))], reasons * times, strict=False):
                wanted[at] = (wanted[at][0], reason)
        return [self.person(group, role) for group, role in wanted]

    def others(self, count: int, share_of_children: float = 0.17) -> list[Fictitious]:
        """Recipients without any device: the thousands who are 対象外."""
        return [self.person(child=self._random.random() < share_of_children) for _ in range(count)]

    def turnover(self, people: Sequence[Fictitious], leaving: int) -> tuple[list[Fictitious], list[Fictitious]]:
        """(who leaves, who comes): as many of each group, all of them at home, so that the counts stay."""
        at_home = [p for p in people if p.role is None and p.scheme is Scheme.NANBYO]
        gone = self._random.sample(at_home, min(leaving, len(at_home)))
        return gone, [self.person(p.group, child=False) for p in gone]

    def moved(self, person: Fictitious) -> Fictitious:
        """The same person at a new address in the same municipality."""
        return replace(person, address=self.address(person.municipality))


def renumbered(people: Iterable[Fictitious]) -> list[Fictitious]:
    """People in a stable order of their numbers, as a benefit system exports them."""
    return sorted(people, key=lambda p: (p.payer_no, p.beneficiary_no))
