"""The letters of the demo: おたずね, most of them back, one 宛先不明, one given up, the rest still out."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from hoken_desktop.cli.fictitious import MUNICIPALITIES
from hoken_desktop.domain.codes import ConsentDecision, ConsentGiver, RecipientSection, UseStatus, YesNoUnknown
from hoken_desktop.domain.letters import LetterKind, LetterState, LetterWho, Sender
from hoken_desktop.house import House
from hoken_desktop.services.letter_answers import ConsentAnswer, DeviceAnswer, LetterAnswers
from hoken_desktop.services.letter_choices import LetterChoice, is_child
from hoken_desktop.services.letters import LettersPrinted
from hoken_desktop.words import say

_SENT = 20
"""Letters of the demo: enough to see a worklist, few enough to be quick."""


def send(house: House, folder: Path) -> LettersPrinted:
    """Prints おたずね to the first of those whose consents are 未確認."""
    house.letters.set_sender(
        Sender(
            say("demo.sender_postcode"), say("demo.sender_address"), say("demo.sender_section"), "048-000-9000",
            "048-000-9001",
        )
    )  # fmt: skip
    asked = house.letters.choose(LetterChoice(LetterKind.SURVEY, LetterWho.NO_CONSENT, municipality=MUNICIPALITIES[0]))
    numbers = tuple(person.registry_no for person in asked.writes_to[:_SENT])
    return house.letters.write(LetterChoice(LetterKind.SURVEY, LetterWho.CHOSEN, numbers=numbers), folder)


def come_back(house: House, sent: LettersPrinted, day: date, random: Random) -> None:
    """What happened to them until `day`: of every five three come back, and two of the rest are settled."""
    rest: list[str] = []
    for place, letter in enumerate(sent.letters):
        if place % 5 > 2:
            rest.append(letter.number)
            continue
        opened = house.letters.open(letter.number)
        yes = random.random() < 0.8
        decision = ConsentDecision.GIVEN if yes else ConsentDecision.REFUSED
        child = is_child(opened.person, day)
        devices = [d for d in opened.to.devices if d.use_status is UseStatus.IN_USE]
        house.letters.enter(
            letter.number,
            LetterAnswers(
                day - timedelta(days=random.randrange(1, 6)), day,
                facts={
                    "power_company": random.choice(list(YesNoUnknown)).value,
                    "generator": random.choice(list(YesNoUnknown)).value,
                    "household": str(random.randrange(1, 5)),
                },
                devices=tuple(DeviceAnswer(d.kind, UseStatus.IN_USE) for d in devices),
                consent=ConsentAnswer(
                    {
                        RecipientSection.HEALTH: decision,
                        RecipientSection.SUPPORTERS: decision if place % 2 else ConsentDecision.PENDING,
                    },
                    given_by=ConsentGiver.GUARDIAN if child else ConsentGiver.SELF,
                    giver_name=say("demo.guardian") if child else "",
                ),
            ),
        )  # fmt: skip
    if len(rest) > 1:
        house.letters.mark(rest[:1], LetterState.UNDELIVERED, day)
        house.letters.mark(rest[1:2], LetterState.GIVEN_UP, day)
