"""What the forms over the register share: fields in columns, faults in their place, a source and a day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from hoken_desktop.domain.codes import EvidenceSource
from hoken_desktop.domain.numbers import wash_phone
from hoken_desktop.domain.persons import Person
from hoken_desktop.ui import theme
from hoken_desktop.ui.kit.dialogs import Sheet, ask_to_leave
from hoken_desktop.ui.kit.forms import DateInput, Field, Pick, contents, line
from hoken_desktop.ui.kit.labels import Label
from hoken_desktop.words import label, say

SOURCES = (
    EvidenceSource.PHONE,
    EvidenceSource.VISIT,
    EvidenceSource.SURVEY,
    EvidenceSource.NURSE,
    EvidenceSource.FAMILY,
    EvidenceSource.DOCTOR,
    EvidenceSource.SUPPLIER,
    EvidenceSource.MUNICIPALITY,
    EvidenceSource.CERTIFICATE,
    EvidenceSource.STAFF,
)
"""Where staff hear something from, the usual ways first; what only a file can say is not among them."""


class Form(Sheet):
    """A dialog that keeps what was typed until every field is right; `done` gets what it asks for.

    Escape, which also ends a conversion of the input method, and the cross ask before they throw away what was typed.
    """

    def __init__(self, title: str, verb: str, parent: QWidget, *, columns: int = 2) -> None:
        super().__init__(title, parent)
        self._columns = columns
        self.setObjectName("form")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self._lay_grid()
        self.warning = Label("", "note", "danger", wrap=True, parent=self)
        self.warning.setVisible(False)
        self.body.addWidget(self.warning)
        back = self.add_button(say("kit.back"))
        back.clicked.connect(self.reject)
        self.deed: QPushButton = self.add_button(verb, primary=True)
        self.deed.clicked.connect(self.try_it)
        self._place = 0
        self._untouched: list[object] | None = None
        self.finished.connect(self.deleteLater)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._untouched is None:
            self._untouched = contents(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._touched():
            ask_to_leave(self, self.reject)
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and self._touched():
            event.ignore()
            ask_to_leave(self, self.reject)
            return
        super().closeEvent(event)

    def _touched(self) -> bool:
        return contents(self) != self._untouched

    def _lay_grid(self) -> None:
        self.body.addLayout(self.grid)

    def field(
        self, name: str, control: QWidget, hint: str = "", *, needed: bool = False, wide: bool = False
    ) -> Field:
        """The next field: as many in a row as the form has columns, a wide one fills it."""
        made = Field(name, control, hint, needed=needed, parent=self)
        if wide:
            self.new_line()
        line_, column = divmod(self._place, self._columns)
        self.grid.addWidget(made, line_, column, 1, self._columns if wide else 1, Qt.AlignmentFlag.AlignTop)
        self._place += self._columns if wide else 1
        return made

    def phone_field(self, name: str, number: str) -> Field:
        """A field for a telephone number: other words are kept, and it says that nobody can dial them."""
        made = self.field(name, line(number, longest=30))
        control = made.control
        assert isinstance(control, QLineEdit)
        control.textChanged.connect(lambda text: made.set_note("" if _dialled(text) else say("kit.not_a_phone")))
        return made

    def new_line(self) -> None:
        """The next field begins a line."""
        self._place += -self._place % self._columns

    def heading(self, text: str) -> Label:
        """A line of its own over the fields that follow."""
        self.new_line()
        made = Label(text, "base", "accent_deep", bold=True, wrap=True, parent=self)
        made.setContentsMargins(0, 10, 0, 0)
        self.grid.addWidget(made, self._place // self._columns, 0, 1, self._columns)
        self._place += self._columns
        return made

    def day_of(self, field: Field, *, needed: bool, latest: date | None) -> date | None:
        """The field's date; the fault is shown in the field, and `faulty` then."""
        control = field.control
        assert isinstance(control, DateInput)
        day, fault = control.day(), control.fault()
        if not fault and needed and day is None:
            fault = say("persons_page.fault_no_day")
        if not fault and day is not None and latest is not None and day > latest:
            fault = say("persons_page.fault_future")
        field.set_fault(fault)
        return day

    def ask_source(self) -> tuple[Pick[EvidenceSource], Field]:
        """Known from whom: nobody is presumed to have said it."""
        made: Pick[EvidenceSource] = Pick([(label(s), s) for s in SOURCES], ask=True)
        return made, self.field(say("persons_page.source"), made, needed=True)

    @staticmethod
    def answered(field: Field) -> bool:
        """Whether something is chosen in the field's choice; the fault is shown in the field."""
        control = field.control
        assert isinstance(control, Pick)
        field.set_fault("" if control.answer() is not None else say("kit.choose"))
        return not field.fault()

    def warn(self, text: str) -> None:
        """Say something over the buttons; an empty text takes it back."""
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def try_it(self) -> None:
        """Check the fields and, where all are right, do it and close."""
        raise NotImplementedError

    def stop_at(self, *fields: Field) -> bool:
        """Whether one of these has a fault; the first one gets the focus."""
        faulty = [field for field in fields if field.fault()]
        if faulty:
            faulty[0].control.setFocus()
        return bool(faulty)

    def add_who(self, person: Person) -> None:
        """Whose file this is, over the fields."""
        words = say("persons_page.who", name=person.name, number=person.registry_no)
        self.body.insertWidget(0, Label(words, wrap=True, parent=self))

    def add_removal(self, verb: str) -> QPushButton:
        """A dangerous button at the left, away from the others."""
        made = self.add_button(verb, danger=True)
        self._buttons.removeWidget(made)
        self._buttons.insertWidget(0, made)
        made.clicked.connect(self.reject)
        return made

    def add_source(self, today: date, source: EvidenceSource | None = None) -> None:
        """From whom and of which day all of this is known: `source` and `day`."""
        self.new_line()
        self.source, self.source_field = self.ask_source()
        if source in SOURCES:
            self.source.pick(source)
        self.day = self.field(say("persons_page.confirmed_on"), DateInput(today), needed=True)


class TallForm(Form):
    """A form with more fields than a low screen holds: they scroll, the buttons stay."""

    def __init__(
        self, title: str, verb: str, parent: QWidget, *, columns: int = 3, width: int = 1080
    ) -> None:
        super().__init__(title, verb, parent, columns=columns)
        look, room = theme.current(), parent.window().size()
        self.setMinimumWidth(min(look.px(width), room.width() - 40))
        self.resize(self.minimumWidth(), min(look.px(680), max(room.height() - 40, 400)))

    def _lay_grid(self) -> None:
        self.inner = QWidget(self)
        self.grid.setContentsMargins(4, 4, 12, 4)
        for column in range(self._columns):
            self.grid.setColumnStretch(column, 1)
        # The fields keep together at the top where there are few of them.
        column_ = QVBoxLayout(self.inner)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.addLayout(self.grid)
        column_.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self.inner)
        self.body.addWidget(self.area, 1)


def words_in(field: Field) -> str:
    """What is typed into a field's line, without outer spaces."""
    return str(field.control.property("text") or "").strip()


def _dialled(text: str) -> bool:
    """Whether nothing is there, or a number that can be dialled as it is kept."""
    washed = wash_phone(text)
    return not text.strip() or (bool(washed.value) and "phone_form" not in washed.warnings)


def phone_in(field: Field) -> str:
    """A number as files give it too (half width, hyphens), so that it is found and dialled; other words stay."""
    typed = words_in(field)
    return wash_phone(typed).value or typed
