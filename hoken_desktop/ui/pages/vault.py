"""設定・鍵: a passphrase of one's own on this PC, and the recovery key made anew."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from hoken_desktop.domain.dates import JAPAN, format_wareki
from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.errors import Refusal
from hoken_desktop.services.keys import KeyState
from hoken_desktop.services.staff import Kept, Member
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.asking import do_in_sheet
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.dialogs import Sheet
from hoken_desktop.ui.kit.forms import Field, Pick, button
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.notices import NoticeBar, words_of
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.secrets import NewPassphrase, SecretInput
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.ui.recovery_keys import print_key, shown_key
from hoken_desktop.words import say


class KeysSection(Section):
    """This PC, one's own passphrase, the recovery key."""

    topics = frozenset({"office"})

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.keys"), say("settings.keys_what"))
        self.setProperty(PLACE, "staff#パスフレーズを決め直す")
        self._office = ""
        self._make_own()
        self._make_pc()
        self._make_recovery()

    def _card(self, title: str) -> Card:
        card = Card(title, parent=self)
        card.limit_width(720)
        self.body.addWidget(card)
        return card

    # --- one's own passphrase ----------------------------------------------------------------------------------

    def _make_own(self) -> None:
        card = self._own = self._card(say("settings.own_passphrase"))
        self._own_note = Label("", "table", "text2", wrap=True, parent=card)
        card.body.addWidget(self._own_note)
        self.who: Pick[str] = Pick([(" ", "")], card)
        self._who_field = Field(say("settings.who_are_you"), self.who, parent=card)
        card.body.addWidget(self._who_field)
        self.old = SecretInput("passphraseOld", card)
        self._old_field = Field(say("settings.old_passphrase"), self.old, needed=True, parent=card)
        card.body.addWidget(self._old_field)
        self.new = NewPassphrase(card, say("settings.new_passphrase"))
        card.body.addWidget(self.new)
        self.set_own = button(say("settings.set_passphrase"), self._set_own, primary=True, deed=True, parent=card)
        card.body.addWidget(self.set_own, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_own(self, members: list[Member]) -> None:
        mine = next((member for member in members if member.myself), None)
        self._who_field.setVisible(mine is None)
        self._old_field.setVisible(mine is not None)
        if mine is not None:
            self._own_note.setText(say("settings.own_text", who=said(mine)))
            return
        here = [member for member in members if member.staff.withdrawn_at is None]
        self.who.offer([(say("kit.choose"), ""), *((said(each), each.staff.id) for each in here)])
        self._own_note.setText(say("settings.enrol_text"))

    def _set_own(self) -> None:
        by_recovery = self._who_field.isVisibleTo(self)
        self._old_field.set_fault("")
        self._who_field.set_fault("")
        if by_recovery and not self.who.value():
            self._who_field.set_fault(say("settings.who_missing"))
            self.who.setFocus()
            return
        if not by_recovery and not self.old.text():
            self._old_field.set_fault(say("lock.fill_in"))
            self.old.edit.setFocus()
            return
        if not self.new.check():
            return
        staff, who, old, new = self.desk.house.staff, self.who.value(), self.old.text(), self.new.text()

        def done(kept: Kept) -> None:
            for edit in self._own.findChildren(QLineEdit):
                edit.clear()
            words = say("settings.enrolled") if by_recovery else say("staff.passphrase_set")
            warning = say(kept.device_warning) if kept.device_warning else ""
            self.done(words + warning, Deed.STAFF_ENROLLED, tone="warn" if warning else "done")
            if by_recovery:
                self.page.notices.say(
                    words + warning, "warn" if warning else "done", say("settings.lock_now"), self.desk.lock_asked.emit
                )

        self.run(lambda _report: staff.set_passphrase(who, new) if by_recovery else staff.change_own(old, new), done)

    # --- this PC -----------------------------------------------------------------------------------------------

    def _make_pc(self) -> None:
        card = self._card(say("settings.this_pc"))
        self.pc = Label("", "table", wrap=True, parent=card)
        self.pc_note = Label("", "note", "text2", wrap=True, parent=card)
        card.body.addWidget(self.pc)
        card.body.addWidget(self.pc_note)

    def _make_recovery(self) -> None:
        card = self._card(say("settings.recovery_key"))
        self.recovery = Label("", "table", wrap=True, parent=card)
        card.body.addWidget(self.recovery)
        card.body.addWidget(Label(say("settings.recovery_text"), "note", "text2", wrap=True, parent=card))
        self.renew = button(say("settings.renew"), self._draft, icon="key", deed=True, parent=card)
        self._renew_note = Label(say("settings.admins_only"), "note", "text3", parent=card)
        row = QHBoxLayout()
        row.addWidget(self.renew)
        row.addWidget(self._renew_note)
        row.addStretch(1)
        card.body.addLayout(row)

    def refresh(self) -> None:
        house = self.desk.house
        self._office = house.office.get().name
        self._show_own(house.staff.all())
        manages = house.staff.may_manage()
        self.renew.setEnabled(manages)
        self._renew_note.setVisible(not manages)
        self.run(lambda _report: house.keys.state(), self._show_state)

    def _show_state(self, state: KeyState) -> None:
        bound = state.mine_bound is not False and not state.pc_problem
        if state.by_recovery:
            words = say("settings.pc_by_recovery", here=state.here, slots=state.slots)
        elif bound:
            words = say("settings.pc_bound")
        else:
            words = say("settings.pc_unbound")
        self.pc.setText(words)
        self.pc.set_tone("text" if bound and not state.by_recovery else "warn")
        self.pc_note.setText(say("settings.pc_slots", slots=state.slots, here=state.here, bound=state.bound))
        made = state.recovery_made_at
        self.recovery.setText(
            say("settings.recovery_made", day=format_wareki(made.astimezone(JAPAN).date()))
            if made
            else say("settings.no_recovery")
        )
        self.desk.shut_deeds(self.page)

    def first_focus(self) -> QWidget:
        return self.who if self._who_field.isVisibleTo(self) else self.old.edit

    # --- the recovery key --------------------------------------------------------------------------------------

    def _draft(self) -> None:
        keys = self.desk.house.keys
        self.run(lambda _report: keys.draft(), lambda drafted: NewKeySheet(self, self._office, drafted).open())

    def _to_backups(self) -> None:
        self.desk.open_page("settings", section="backups")

    def adopt(self, sheet: NewKeySheet, drafted: str, typed: str) -> None:
        """Make the drafted key valid; the sheet stays open until that is done."""
        keys = self.desk.house.keys

        def done(_adopted: object) -> None:
            self.done(say("settings.renewed"), Deed.RECOVERY_RENEWED)
            self.page.notices.say(say("settings.renewed"), "done", say("settings.to_backups"), self._to_backups)

        do_in_sheet(self.run, sheet, lambda: keys.adopt(drafted, typed), done)


def said(member: Member) -> str:
    """「職 氏名」."""
    return f"{member.staff.post} {member.staff.name}".strip()


class NewKeySheet(Sheet):
    """The new key, this once: written down or printed, then typed again from the paper; only then it is valid.

    It does not lock: what is shown once would be lost, and the old key is still valid until the verb is pressed.
    """

    locks = False

    def __init__(self, section: KeysSection, office: str, drafted: str) -> None:
        super().__init__(say("settings.new_key_title"), section)
        self.setObjectName("newKeySheet")
        self.setMinimumWidth(theme.current().px(560))
        self._section = section
        self._drafted = drafted
        self.add_text(say("settings.new_key_text"))
        self.body.addWidget(shown_key(drafted, self))
        self.notices = NoticeBar(self)
        row = QHBoxLayout()
        refuse = lambda: self.notices.say(say("lock.key_not_to_file"), "danger")  # noqa: E731
        row.addWidget(
            button(
                say("lock.key_print"),
                lambda: print_key(self, office, drafted, self._typed.setFocus, refuse),
                icon="printer", parent=self,
            )
        )  # fmt: skip
        row.addWidget(Label(say("lock.key_print_note"), "note", "text2", wrap=True, parent=self), 1)
        self.body.addLayout(row)
        self._typed = SecretInput("typedKey", self, shown=True, placeholder=say("lock.recovery_shape"))
        self._field = Field(say("settings.type_again"), self._typed, say("settings.type_again_hint"), parent=self)
        self.body.addWidget(self._field)
        self.body.addWidget(self.notices)
        self.add_button(say("settings.keep_old")).clicked.connect(self.reject)
        self.verb = self.add_button(say("settings.adopt"), primary=True)
        self.verb.clicked.connect(self._adopt)
        self._typed.edit.returnPressed.connect(self._adopt)
        self.finished.connect(self.deleteLater)

    def refuse(self, refusal: Refusal) -> None:
        """Say why it is not valid yet."""
        self.notices.say(words_of(refusal), "danger")
        self._typed.edit.setFocus()

    def _adopt(self) -> None:
        typed = self._typed.text().strip()
        self._field.set_fault("" if typed else say("lock.fill_in"))
        if typed:
            self.notices.clear()
            self._section.adopt(self, self._drafted, typed)
