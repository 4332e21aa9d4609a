"""`staff`: who may open the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call, recovery_option, secret_in
from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Staff
from hoken_desktop.house import House
from hoken_desktop.services.staff import Kept, Member
from hoken_desktop.words import label, say

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(help="台帳を開ける職員を登録し、取り消します。")
def staff() -> None:
    """The staff."""


def staff_facts(member: Staff) -> dict[str, Any]:
    """One of the staff as the command line shows them."""
    return {
        "id": member.id, "name": member.name, "post": member.post, "role": member.role.value,
        "added_at": member.added_at, "withdrawn_at": member.withdrawn_at,
    }  # fmt: skip


def _kept(call: Call, kept: Kept, text: str) -> None:
    warning = say(kept.device_warning) if kept.device_warning else ""
    call.answer(staff_facts(kept.staff) | {"device_warning": warning}, "\n".join(t for t in (text, warning) if t))


@staff.command("list", help="職員の一覧を示します。")
@recovery_option
@pass_call
def list_(call: Call) -> None:
    """Everyone who has or had a passphrase."""
    house = call.house()
    try:
        members = house.staff.all()
    finally:
        house.close()
    call.answer(
        {
            "staff": [
                staff_facts(m.staff) | {"opens": m.opens, "this_pc_only": m.this_pc_only, "myself": m.myself}
                for m in members
            ]
        },
        "\n".join(_line(m) for m in members),
    )


def _line(member: Member) -> str:
    one = member.staff
    state = say("staff.opens") if member.opens else say("staff.does_not_open")
    if one.withdrawn_at is not None:
        state = say("staff.withdrawn_on", day=f"{one.withdrawn_at:%Y-%m-%d}")
    return f"{one.id} {one.post} {one.name} {label(one.role)} {state}"


@staff.command("add", help="職員を登録します(管理者か、復旧キーで開いた人)。")
@click.option("--name", required=True, help="氏名")
@click.option("--post", default="", help="職")
@click.option("--role", type=click.Choice([r.value for r in Role]), default=Role.EDITOR.value, show_default=True)
@click.option("--new-passphrase-file", required=True, type=FILE, help="新しい職員のパスフレーズのファイル")
@recovery_option
@pass_call
def add(call: Call, name: str, post: str, role: str, new_passphrase_file: Path) -> None:
    """A new member of staff."""
    passphrase = secret_in(new_passphrase_file)
    house = call.house()
    try:
        kept = house.staff.add(name, post, Role(role), passphrase)
    finally:
        house.close()
    _kept(call, kept, say("staff.added", id=kept.staff.id))


@staff.command("withdraw", help="職員の登録を取り消します(人事異動など。管理者)。")
@click.argument("who")
@recovery_option
@pass_call
def withdraw(call: Call, who: str) -> None:
    """Takes a passphrase away. WHO is an id or a name."""
    house = call.house()
    try:
        gone = house.staff.withdraw(who)
    finally:
        house.close()
    call.answer(staff_facts(gone), say("staff.withdrawn"))


def _whom(house: House, who: str | None) -> str:
    """The one named, else whoever opened the registry, else (recovery key) the only one in post."""
    if who:
        return who
    members = [m for m in house.staff.all() if m.staff.withdrawn_at is None]
    mine = [m for m in members if m.myself] or members
    if len(mine) != 1:
        raise Refusal("staff.say_who", count=len(mine))
    return mine[0].staff.id


@staff.command("passphrase", help="パスフレーズを決め直します(自分の、または忘れた職員の)。")
@click.argument("who", required=False)
@click.option("--new-passphrase-file", required=True, type=FILE, help="新しいパスフレーズのファイル")
@recovery_option
@pass_call
def passphrase_(call: Call, who: str | None, new_passphrase_file: Path) -> None:
    """A new passphrase for a member of staff."""
    passphrase = secret_in(new_passphrase_file)
    house = call.house()
    try:
        kept = house.staff.set_passphrase(_whom(house, who), passphrase)
    finally:
        house.close()
    _kept(call, kept, say("staff.passphrase_set"))


@staff.command("enrol", help="このパソコンを登録します(復旧キーで開いたあと、パソコンを替えたあと)。")
@click.argument("who", required=False)
@click.option("--new-passphrase-file", type=FILE, help="パスフレーズのファイル(なければ --passphrase-file のもの)")
@recovery_option
@pass_call
def enrol(call: Call, who: str | None, new_passphrase_file: Path | None) -> None:
    """Binds a passphrase to this PC's keyring."""
    if new_passphrase_file is None and call.recovery_key_file is not None:
        raise click.UsageError(say("staff.which_passphrase"))
    passphrase = secret_in(new_passphrase_file) if new_passphrase_file else call.passphrase()
    house = call.house()
    try:
        kept = house.staff.enrol(_whom(house, who), passphrase)
    finally:
        house.close()
    _kept(call, kept, say("staff.enrolled"))
