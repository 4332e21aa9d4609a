"""設定・職員: who may open the registry, by name and post; one comes, one goes, one forgot the passphrase."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hoken_desktop.domain.codes import Role
from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.domain.office import Staff
from hoken_desktop.services.staff import Kept, Member
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.asking import do_in_sheet
from hoken_desktop.ui.kit.dialogs import Sheet, ask
from hoken_desktop.ui.kit.empty import EmptyState
from hoken_desktop.ui.kit.forms import Field, Pick, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar, words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.secrets import NewPassphrase
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.kit.tables import Cell, Column, Rows, TableCard
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.pages.freshness import day_of
from hoken_desktop.words import label, say


class StaffSection(Section):
    """A table of everyone who has or had a passphrase; those in post first."""

    topics = frozenset({"office"})
    scrolls = False

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.staff"), say("settings.staff_what"))
        self.setProperty(PLACE, "staff")
        columns: list[Column[Member]] = [
            Column(say("settings.staff_name"), _name, 130, lead=True, grow=2),
            Column(say("settings.staff_post"), lambda one: one.staff.post, 84, grow=1),
            Column(say("settings.staff_role"), lambda one: label(one.staff.role), 66),
            Column(say("settings.staff_state"), _state, 170, grow=1),
            Column(say("settings.staff_added"), lambda one: format_wareki(day_of(one.staff.added_at)), 124),
            Column(say("settings.staff_unlocked"), _unlocked, 164),
        ]
        self.card: TableCard[Member] = TableCard(
            columns, say("settings.staff"), EmptyState(say("settings.staff_none")), parent=self
        )
        self.body.addWidget(self.card, 1)
        self.add = button(
            say("settings.staff_add"), self._ask_add, key="Ctrl+N", icon="plus", primary=True, deed=True, parent=self
        )
        self.edit = button(say("settings.staff_edit"), self._ask_edit, deed=True, parent=self)
        self.reset = button(say("settings.staff_reset"), self._ask_reset, deed=True, parent=self)
        self.withdraw = button(say("settings.staff_withdraw"), self._ask_withdraw, deed=True, parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for verb in (self.add, self.edit, self.reset, self.withdraw):
            row.addWidget(verb)
        self._reason = Label("", "note", "text3", wrap=True, parent=self)
        row.addWidget(self._reason, 1)
        self.body.addLayout(row)
        self._manages = False
        self.card.table.chosen.connect(lambda _member: self._offer())
        self.card.table.opened.connect(lambda _member: self.edit.click())

    def refresh(self) -> None:
        staff = self.desk.house.staff
        members = sorted(staff.all(), key=lambda one: one.staff.withdrawn_at is not None)
        self._manages = staff.may_manage()
        self.card.show_source(Rows(members))
        self.card.table.choose(0)
        self._offer()

    def first_focus(self) -> QWidget:
        return self.card.table

    def _offer(self) -> None:
        one = self.card.table.current()
        in_post = one is not None and one.staff.withdrawn_at is None
        self.add.setEnabled(self._manages)
        for verb in (self.edit, self.reset, self.withdraw):
            verb.setEnabled(self._manages and in_post)
        if not self._manages:
            self._reason.setText(say("settings.admins_only"))
        else:
            self._reason.setText("" if in_post else say("settings.staff_gone"))

    # --- deeds -------------------------------------------------------------------------------------------------

    def _ask_add(self) -> None:
        staff = self.desk.house.staff

        def add(sheet: MemberSheet) -> None:
            name, post, role, passphrase = sheet.name.text(), sheet.post.text(), sheet.role.value(), sheet.new.text()
            do_in_sheet(
                self.run, sheet, lambda: staff.add(name, post, role, passphrase),
                lambda kept: self._said(
                    say("settings.staff_added_done", who=_said(kept.staff)), kept, Deed.STAFF_ADDED
                ),
            )  # fmt: skip

        MemberSheet(self, say("settings.staff_add"), say("settings.staff_add_text"), add).open()

    def _ask_edit(self) -> None:
        one = self.card.table.current()
        if one is None:
            return
        staff, member = self.desk.house.staff, one.staff

        def change(sheet: MemberSheet) -> None:
            name, post, role = sheet.name.text(), sheet.post.text(), sheet.role.value()
            do_in_sheet(
                self.run, sheet, lambda: staff.change(member.id, name, post, role),
                lambda _new: self.done(say("settings.staff_changed"), Deed.STAFF_CHANGED),
            )  # fmt: skip

        MemberSheet(self, say("settings.staff_edit"), "", change, member=member).open()

    def _ask_reset(self) -> None:
        one = self.card.table.current()
        if one is None:
            return
        staff, member = self.desk.house.staff, one.staff

        def reset(sheet: MemberSheet) -> None:
            passphrase = sheet.new.text()
            do_in_sheet(
                self.run, sheet, lambda: staff.set_passphrase(member.id, passphrase),
                lambda kept: self._said(
                    say("settings.staff_reset_done", who=_said(member)), kept, Deed.STAFF_ENROLLED
                ),
            )  # fmt: skip

        text = say("settings.staff_reset_text", who=_said(member))
        MemberSheet(self, say("settings.staff_reset"), text, reset, only_passphrase=True).open()

    def _ask_withdraw(self) -> None:
        one = self.card.table.current()
        if one is None:
            return
        ask(
            self.page,
            say("settings.staff_withdraw_title", who=_said(one.staff)),
            say("settings.staff_withdraw_myself") if one.myself else say("settings.staff_withdraw_text"),
            say("settings.staff_withdraw_verb"),
            partial(self._withdraw, one.staff),
            danger=True,
        )

    def _withdraw(self, member: Staff) -> None:
        staff = self.desk.house.staff
        self.run(
            lambda _report: staff.withdraw(member.id),
            lambda _gone: self.done(say("settings.staff_withdrawn", who=_said(member)), Deed.STAFF_WITHDRAWN),
        )

    def _said(self, words: str, kept: Kept, deed: Deed) -> None:
        warning = say(kept.device_warning) if kept.device_warning else ""
        self.done(words + warning, deed, tone="warn" if warning else "done")


def _said(member: Staff) -> str:
    return f"{member.post} {member.name}".strip()


def _name(member: Member) -> str:
    return say("settings.staff_myself", name=member.staff.name) if member.myself else member.staff.name


def _state(member: Member) -> Cell:
    gone = member.staff.withdrawn_at
    if gone is not None:
        return Cell(say("staff.withdrawn_on", day=format_wareki(gone.astimezone(JAPAN).date())), "text3")
    if not member.opens:
        return Cell(say("staff.does_not_open"), "warn")
    return Cell(say("settings.staff_bound") if member.this_pc_only else say("settings.staff_unbound"))


def _unlocked(member: Member) -> Cell:
    at = member.unlocked_at
    if at is None:
        return Cell(say("settings.staff_never"), "text3")
    there = at.astimezone(JAPAN)
    return Cell(f"{format_wareki(there.date())} {there:%H:%M}", tip=f"{there:%Y-%m-%d %H:%M}")


class MemberSheet(Sheet):
    """Name, post and role, and a passphrase where one is to be made."""

    def __init__(
        self, section: StaffSection, title: str, text: str, then: Callable[[MemberSheet], None],
        *, member: Staff | None = None, only_passphrase: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(title, section)
        self.setObjectName("memberSheet")
        self.setMinimumWidth(theme.current().px(480))
        self._then = then
        if text:
            self.add_text(text)
        self.name = line(member.name if member else "", longest=40, parent=self)
        self.post = line(member.post if member else "", longest=40, parent=self)
        self.role: Pick[Role] = Pick([(label(role), role) for role in (Role.EDITOR, Role.ADMIN)], self)
        self.role.pick(member.role if member else Role.EDITOR)
        self._name_field = Field(say("settings.staff_name"), self.name, needed=True, parent=self)
        fields = (
            self._name_field,
            Field(say("settings.staff_post"), self.post, parent=self),
            Field(say("settings.staff_role"), self.role, say("settings.staff_role_hint"), parent=self),
        )
        for each in fields:
            self.body.addWidget(each)
            each.setVisible(not only_passphrase)
        self.new = NewPassphrase(self)
        self._makes = member is None
        self.new.setVisible(self._makes)
        self.body.addWidget(self.new)
        self._asks_name = not only_passphrase
        self.notices = NoticeBar(self)
        self.body.addWidget(self.notices)
        self.add_button(say("kit.back")).clicked.connect(self.reject)
        self.verb = self.add_button(title if only_passphrase or member is None else say("settings.save"), primary=True)
        self.verb.clicked.connect(self._check)
        self.finished.connect(self.deleteLater)
        (self.new.once.edit if only_passphrase else self.name).setFocus()

    def refuse(self, refusal: Refusal) -> None:
        """Say why it was not done; what was typed stays."""
        self.notices.say(words_of(refusal), "danger")

    def _check(self) -> None:
        self.notices.clear()
        named = bool(self.name.text().strip()) or not self._asks_name
        self._name_field.set_fault("" if named else say("lock.fill_in"))
        sound = not self._makes or self.new.check()
        if not named:
            self.name.setFocus()
        if named and sound:
            self._then(self)
