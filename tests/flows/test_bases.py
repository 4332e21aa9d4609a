"""The legal bases on the command line: turned on and off, a disaster with a second person, a request to its close."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command_line import CommandLine, prepared

SECOND = "yama no ue ni tsuki ga noboru koro"
REQUEST = (
    "request", "open", "--municipality", "鴻巣市", "--requested-on", "2026-04-01", "--received-on", "2026-04-02",
    "--requester", "架空　花子・市長", "--purpose", "避難行動要支援者名簿",
)  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    made = prepared(monkeypatch, tmp_path, date(2026, 4, 10))
    made("init", "--office", "見本保健所", "--municipalities", "11217", "--staff", "見本 花子・保健師")
    return made


def by_name(answer: dict[str, Any]) -> dict[str, Any]:
    return {one["basis"]: one for one in answer["bases"]}


def test_a_request_by_law_is_taken_once_the_centre_has_decided_and_refused_again_after(run: CommandLine) -> None:
    asked = (*REQUEST, "--number", "福第1号", "--basis", "REQ_49_10_4")
    assert run(*asked, code=3)["refused"] == "requests.basis_off"
    assert by_name(run("basis", "list"))["REQ_49_10_4"]["open"] is False
    on = run("basis", "set", "REQ_49_10_4", "--on", "--decision", "保第5号", "--decided-on", "2026-04-03")
    assert (on["open"], on["lacks"], len(on["history"])) == (True, [], 1)
    opened = run(*asked, "--scan", "綴り 3", "--not-at-home", "include", "--due", "2026-04-30")
    (listed,) = run("request", "list")["requests"]
    assert (listed["basis"], listed["scan"], listed["not_at_home"]) == ("REQ_49_10_4", "綴り 3", "include")
    off = ("--off", "--decision", "保第6号", "--decided-on", "2026-04-04", "--text", "別の文")
    run("basis", "set", "REQ_49_10_4", *off)
    assert len(by_name(run("basis", "list"))["REQ_49_10_4"]["history"]) == 3
    assert run(*REQUEST, "--number", "福第2号", "--basis", "REQ_49_10_4", code=3)["refused"] == "requests.basis_off"
    changes = ("--basis", "CONSENT", "--number", "福第9号", "--not-at-home", "office")
    edited = run("request", "edit", opened["id"], *changes)
    assert (edited["basis"], edited["number"], edited["not_at_home"]) == ("CONSENT", "福第9号", "")
    approved = run(
        "request", "approve", opened["id"], "--approved-on", "2026-04-09", "--approval", "保第7号・所長",
        "--drafted-on", "2026-04-08", "--our-number", "保第8号",
    )  # fmt: skip
    assert (approved["drafted_on"], approved["approval"]) == ("2026-04-08", "保第7号・所長")
    assert run("request", "close", opened["id"])["closed_on"] == "2026-04-10"
    assert run("request", "close", opened["id"], code=3)["refused"] == "requests.closed_already"
    assert run("request", "close", opened["id"], "--reopen")["closed_on"] is None
    assert run("basis", "set", "REQ_49_14", code=2)["refused"] == "usage"


def test_in_a_disaster_the_second_persons_passphrase_file_confirms(run: CommandLine, tmp_path: Path) -> None:
    second, wrong = tmp_path / "second.txt", tmp_path / "wrong.txt"
    second.write_text(SECOND + "\n", "utf-8")
    wrong.write_text("nobody knows these words at all\n", "utf-8")
    run("staff", "add", "--name", "架空 次郎", "--post", "保健師", "--new-passphrase-file", second)
    drill = run("event", "declare", "--kind", "drill", "--name", "架空訓練")
    asked = (*REQUEST, "--number", "福第1号", "--basis", "DISASTER", "--reason", "停電が続く")
    assert run(*asked, code=3)["refused"] == "requests.peacetime"
    event = run("event", "declare", "--kind", "power_cut", "--name", "架空停電", "--reason", "広い停電")
    listed = run("event", "list")["events"]
    assert {one["id"] for one in listed} == {drill["id"], event["id"]}
    before = run.head()
    assert run(*asked, "--second-passphrase-file", wrong, code=4)["refused"].startswith("vault.")
    assert run(*asked, "--second-passphrase-file", run.passphrase_file, code=3)["refused"] == (
        "confirmations.same_person"
    )
    assert "request_opened" not in run.deeds()
    assert run.head()[1] > before[1]  # nothing but the unlocking
    opened = run(*asked, "--second-passphrase-file", second)
    assert (opened["event"], len(opened["confirmed_by"])) == (event["id"], 2)
    alone = run(*REQUEST, "--number", "福第2号", "--basis", "DISASTER", "--reason", "停電")
    assert len(alone["confirmed_by"]) == 1
    assert len(run("request", "confirm", alone["id"], "--second-passphrase-file", second)["confirmed_by"]) == 2
    assert run("event", "end", event["id"])["ended_at"]
    assert run(*REQUEST, "--number", "福第3号", "--basis", "DISASTER", "--reason", "停電", code=3)["refused"] == (
        "requests.peacetime"
    )
