"""設定・保健所: the centre's name and the rules by which it counts, discloses and locks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from hoken_desktop.domain.deeds import Deed
from hoken_desktop.domain.office import Office
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.cards import Card
from hoken_desktop.ui.kit.forms import Field, Pick, button, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.ui.kit.pages import Page
from hoken_desktop.ui.kit.sections import Section
from hoken_desktop.ui.manuals import PLACE
from hoken_desktop.words import say

GUARDIAN_AGES = (18, 19, 20)
GRACES = (0, 1, 2, 3, 4, 5, 6, 12)


class OfficeSection(Section):
    """One form, one deed; nothing is written until 「この内容にする」."""

    topics = frozenset({"office"})

    def __init__(self, page: Page) -> None:
        super().__init__(page, say("settings.offices"), say("settings.offices_what"))
        self.setProperty(PLACE, "settings#保健所")
        self._office: Office | None = None
        names = Card(say("settings.office_card"), parent=self)
        names.limit_width(720)
        self.name = line(longest=60, parent=self)
        self.director = line(longest=60, parent=self)
        self._name_field = Field(say("settings.office_name"), self.name, needed=True, parent=self)
        names.body.addWidget(self._name_field)
        names.body.addWidget(
            Field(say("settings.director"), self.director, say("settings.director_hint"), parent=self)
        )
        self.body.addWidget(names)
        rules = Card(say("settings.rules_card"), parent=self)
        rules.limit_width(720)
        self.counting: Pick[str] = Pick(
            [(say("settings.counting_person"), "person"), (say("settings.counting_use"), "use")], self
        )
        rules.body.addWidget(
            Field(say("settings.counting"), self.counting, say("settings.counting_hint"), parent=self)
        )
        self.grace: Pick[int] = Pick(
            [(say("settings.months", n=n) if n else say("settings.no_grace"), n) for n in GRACES], self
        )
        rules.body.addWidget(Field(say("settings.grace"), self.grace, say("settings.grace_hint"), parent=self))
        self.guardian: Pick[int | None] = Pick(
            [
                (say("settings.guardian_asks"), None),
                *((say("settings.guardian_ends", age=age), age) for age in GUARDIAN_AGES),
            ],
            self,
        )
        rules.body.addWidget(
            Field(say("settings.guardian"), self.guardian, say("settings.guardian_hint"), parent=self)
        )
        self.approval = self._check(rules, say("settings.approval"), say("settings.approval_hint"))
        self.not_at_home = self._check(rules, say("settings.not_at_home"), say("settings.not_at_home_hint"))
        self._reason = Label(say("settings.admins_only"), "note", "warn", wrap=True, parent=self)
        rules.body.insertWidget(0, self._reason)
        self.body.addWidget(rules)
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        self.save = button(say("settings.save"), self._save, primary=True, deed=True, parent=self)
        self.back = button(say("settings.as_before"), self.refresh, parent=self)
        verbs.addWidget(self.save)
        verbs.addWidget(self.back)
        verbs.addStretch(1)
        self.body.addLayout(verbs)

    def _check(self, card: Card, words: str, hint: str) -> QCheckBox:
        made = QCheckBox(words, self)
        made.setAccessibleName(words)
        made.setAccessibleDescription(hint)
        card.body.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        note = Label(hint, "note", "text3", wrap=True, parent=self)
        note.setContentsMargins(theme.current().px(24), 0, 0, 4)
        card.body.addWidget(note)
        return made

    def refresh(self) -> None:
        """What stands in the registry; what was typed and not kept is gone."""
        office = self._office = self.desk.house.office.get()
        self._name_field.set_fault("")
        self.name.setText(office.name)
        self.director.setText(office.director)
        self.counting.pick(office.counting)
        offered = sorted({*GRACES, office.grace_months})
        self.grace.offer([(say("settings.months", n=n) if n else say("settings.no_grace"), n) for n in offered])
        self.grace.pick(office.grace_months)
        ages = sorted({*GUARDIAN_AGES, *([office.guardian_ends_at] if office.guardian_ends_at else [])})
        self.guardian.offer(
            [(say("settings.guardian_asks"), None), *((say("settings.guardian_ends", age=age), age) for age in ages)]
        )
        self.guardian.pick(office.guardian_ends_at)
        manages = self.desk.house.staff.may_manage()
        self._reason.setVisible(not manages)
        for each in (self.counting, self.grace, self.guardian, self.approval, self.not_at_home):
            each.setEnabled(manages)
        self.approval.setChecked(office.needs_approval)
        self.not_at_home.setChecked(office.include_not_at_home)

    def first_focus(self) -> QWidget:
        return self.name

    def changes(self) -> dict[str, Any]:
        """The rules that would become others."""
        wanted = {
            "name": self.name.text().strip(),
            "director": self.director.text().strip(),
            "counting": self.counting.value(),
            "grace_months": self.grace.value(),
            "guardian_ends_at": self.guardian.value(),
            "needs_approval": self.approval.isChecked(),
            "include_not_at_home": self.not_at_home.isChecked(),
        }
        return {key: value for key, value in wanted.items() if value != getattr(self._office, key)}

    def _save(self) -> None:
        self._name_field.set_fault("" if self.name.text().strip() else say("lock.fill_in"))
        if not self.name.text().strip():
            self.name.setFocus()
            return
        changes = self.changes()
        if not changes:
            self.page.notices.say(say("settings.nothing_changed"), "accent")
            return
        office = self.desk.house.office
        self.run(
            lambda _report: office.set(**changes),
            lambda _office: self.done(say("settings.saved", n=len(changes)), Deed.OFFICE_SET),
        )
