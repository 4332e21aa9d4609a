"""おたずね by the command line: sent, come back, reminded of, until every letter is somewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hoken_desktop.domain.codes import CareSetting, DeviceKind, UseStatus
from hoken_desktop.domain.letters import is_number
from hoken_desktop.domain.persons import Device, Person
from hoken_desktop.doors import open_house
from tests.flows.command_line import PASSPHRASE, prepared

SENDER = ("--postcode", "365-0039", "--address", "埼玉県鴻巣市東9-9-9", "--phone", "048-000-9999")


def test_letters_go_out_come_back_and_are_followed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    line = prepared(monkeypatch, tmp_path, date(2026, 10, 1))
    line("init", "--office", "見本保健所", "--municipalities", "112178,112194", "--staff", "卯月 さき・保健師")
    house = open_house(line.data, PASSPHRASE)
    try:
        for number in range(4):
            house.persons.register(
                Person(
                    "", "", f"見本 {number}郎", birth_on=date(1960, 4, 1), postcode="3650000",
                    address_registered=f"埼玉県鴻巣市本町一丁目990{number}番地",
                    care_setting=CareSetting.HOSPITAL if number == 3 else CareSetting.HOME,
                ),
                [Device("", "", DeviceKind.VENTILATOR, UseStatus.IN_USE)],
            )  # fmt: skip
    finally:
        house.close()
    kind = ("letter", "print", "--kind", "survey")
    assert line(*kind, "--out", tmp_path / "out", code=3)["refused"] == "store.no_folder"
    (tmp_path / "out").mkdir()
    assert line(*kind, "--out", tmp_path / "out", code=3)["refused"] == "letters.no_sender"
    line("letter", "sender", *SENDER)
    seen = line(*kind, "--preview")
    assert (seen["chosen"], seen["letters"], seen["left_out"]) == (4, 3, {"hospital": 1})
    sent = line(*kind, "--out", tmp_path / "out")
    numbers = sent["numbers"]
    assert len(numbers) == 3
    assert all(is_number(number) for number in numbers)
    assert Path(sent["file"]).read_bytes()[:5] == b"%PDF-"
    assert line(*kind, "--out", tmp_path / "out", code=3)["refused"] == "letters.nobody"  # all of them are out

    line.today = date(2026, 10, 30)
    assert line("letter", "enter", numbers[0][:-1] + "x", "--answered-on", "2026-10-20", code=3)["refused"]
    entered = line(
        "letter", "enter", numbers[0], "--answered-on", "2026-10-20", "--fact", "internal_battery=yes",
        "--fact", "internal_battery_hours=4.5", "--device", "ventilator=in_use",
        "--contact", "見本 花子,妻,048-000-1111", "--consent", "health=given", "--consent", "supporters=refused",
    )  # fmt: skip
    assert (entered["facts"], entered["devices"], entered["contacts"], entered["consents"]) == (2, 1, 1, 8)
    assert (entered["out"], [one["number"] for one in entered["letters"]]) == (2, numbers[:0:-1])
    assert line("letter", "enter", numbers[0], "--answered-on", "2026-10-20", code=3)["refused"] == (
        "letters.entered_already"
    )
    line("letter", "undelivered", numbers[1])
    again = line("letter", "again", numbers[2], "--out", tmp_path / "out")
    assert again["numbers"] == [numbers[2]]
    line("letter", "give-up", numbers[2])
    listed = line("letter", "list")
    assert listed["closes"]
    batch = listed["batches"][0]
    assert [batch[key] for key in ("sent", "out", "returned", "undelivered", "given_up")] == [3, 0, 1, 1, 1]
    shown = line("consent", "show")["recipients"]["112178"]
    assert (shown["valid"], shown["unknown"]) == (1, 3)
    assert line("audit", "verify")["first_break"] is None
    told = "".join(said.stdout + said.stderr for said in line.said)
    assert "見本 0郎" not in told
    assert "花子" not in told
