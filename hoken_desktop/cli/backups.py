"""`backup`: make, verify, restore, and the folder that gets one at each lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hoken_desktop.cli.speech import Call, pass_call, progress, recovery_option
from hoken_desktop.domain.backups import Finding
from hoken_desktop.doors import restore_backup, verify_backup
from hoken_desktop.services.backups import Checked
from hoken_desktop.words import say

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(help="バックアップを作り、確かめ、戻します。")
def backup() -> None:
    """The encrypted copy."""


def checked_facts(found: Checked) -> dict[str, Any]:
    """A backup and what was checked, one by one."""
    return {
        "file": str(found.file),
        "registry_id": found.registry_id,
        "made_at": found.made_at,
        "size": found.size,
        "sha256": found.sha256,
        "revision": found.contents.revision,
        "entries": found.contents.entries,
        "head": found.contents.head,
        "rows": found.contents.rows,
        "checks": [
            {"name": f.name, "label": say(f"backups.check_{f.name}"), "well": True, "found": f.found}
            for f in found.findings
        ],
    }


def _checks_text(findings: tuple[Finding, ...]) -> str:
    def found(finding: Finding) -> str:
        return say(f"backups.keys_{finding.found}") if finding.name == "keys" else finding.found

    return "\n".join(f"○ {say(f'backups.check_{f.name}')}: {found(f)}" for f in findings)


@backup.command("make", help="バックアップを1つのファイルに作り、確かめます。")
@click.argument("file", type=FILE)
@recovery_option
@pass_call
def make(call: Call, file: Path) -> None:
    """Makes a backup and verifies it."""
    house = call.house()
    try:
        made = house.backups.make(file, progress(call))
    finally:
        house.close()
    call.answer(checked_facts(made), _checks_text(made.findings) + "\n" + say("backups.made", file=file))


@backup.command("verify", help="バックアップを開いて確かめます。台帳には触れません。")
@click.argument("file", type=FILE)
@recovery_option
@pass_call
def verify(call: Call, file: Path) -> None:
    """Looks at all of a backup."""
    passphrase, recovery_key = call.secrets()
    found = verify_backup(call.data, file, passphrase, recovery_key=recovery_key, report=progress(call))
    text = say("backups.verified", file=file.name, made_at=f"{found.made_at:%Y-%m-%d %H:%M}")
    call.answer(checked_facts(found), _checks_text(found.findings) + "\n" + text)


@backup.command("restore", help="バックアップから台帳を戻します(--data のフォルダへ)。")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="今ある台帳と置き換える(今の台帳は backups に残します)")
@recovery_option
@pass_call
def restore(call: Call, file: Path, replace: bool) -> None:
    """Puts a backup in the registry's place."""
    passphrase, recovery_key = call.secrets()
    done = restore_backup(
        call.data, file, passphrase, recovery_key=recovery_key, replace=replace, report=progress(call)
    )
    made_at = f"{done.backup.made_at:%Y-%m-%d %H:%M}"
    text = [_checks_text(done.backup.findings), say("backups.restored", registry=done.registry, made_at=made_at)]
    if done.set_beside:
        text.append(say("backups.set_beside", folder=done.set_beside))
    if done.strangers:
        text.append(say("backups.strangers", count=done.strangers))
    if done.by_recovery:
        text.append(say("backups.enrol_next"))
    call.answer(
        checked_facts(done.backup)
        | {"registry": str(done.registry), "set_beside": done.set_beside, "strangers": done.strangers},
        "\n".join(text),
    )


@backup.command("folder", help="施錠のたびにバックアップを置くフォルダを決めます(指定がなければ今の設定を示します)。")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--off", is_flag=True, help="施錠のときのバックアップをやめる")
@recovery_option
@pass_call
def folder_(call: Call, folder: Path | None, off: bool) -> None:
    """Where a backup goes at each lock."""
    if folder is not None and off:
        raise click.UsageError(say("backups.folder_or_off"))
    house = call.house()
    try:
        if folder is not None or off:
            house.backups.set_folder(folder)
        chosen = house.office.get().backup_folder
        made_at = house.backups.made_at()
    finally:
        house.close()
    text = say("backups.folder_is", folder=chosen) if chosen else say("backups.no_folder")
    call.answer({"folder": chosen, "backup_at": made_at}, text)
