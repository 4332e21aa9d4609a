"""consent and disclosure to the end: letters, legal bases, what went out and came back, recalls, incidents, events"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _later(table: str, *columns: str, default: str | None = "") -> None:
    # ALTER TABLE ADD COLUMN leaves rows, triggers and seals alone; a batch would make the table anew.
    for column in columns:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=default is None, server_default=default))


def _texts(*names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def upgrade() -> None:
    _later("requests", "scan", "director", "not_at_home", "basis_decision", "event_id", "reason")
    _later("requests", "confirmed_by", default="[]")
    _later("requests", "closed_on", default=None)
    _later(
        "disclosures", "media_number", "approver", "password_by", "received_by", "disposal", "csv_name", "csv_sha256"
    )
    _later("disclosures", "return_by", "received_on", "returned_on", default=None)
    _later("disclosure_persons", "cells", default="{}")
    _later("replies", "way", "staff_id")
    _later("replies", "counts", default="{}")
    _later("reply_rows", "plan_staff")
    op.create_table(
        "basis_rules",
        *_texts("id", "basis"),
        sa.Column("enabled", sa.Integer(), nullable=False),
        *_texts("text", "decision_number"),
        *_texts("decided_on", nullable=True),
        *_texts("entered_at", "staff_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_rules")),
    )
    op.create_table(
        "letters",
        *_texts("id", "number", "kind", "person_id", "batch", "made_at", "staff_id", "state"),
        *_texts("sent_on", "due_on", "returned_on", "entered_at", nullable=True),
        *_texts("note"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_letters_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
    )
    op.create_index(op.f("ix_letters_person_id"), "letters", ["person_id"])
    op.create_index("ix_letters_state_kind", "letters", ["state", "kind"])
    op.create_table(
        "recalls",
        *_texts("id", "disclosure_id", "person_id", "reason", "opened_at", "staff_id"),
        *_texts("told_on", nullable=True),
        *_texts("our_number"),
        *_texts("confirmed_on", nullable=True),
        *_texts("confirmed_by", "note"),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosures.id"], name=op.f("fk_recalls_disclosure_id_disclosures")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_recalls_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index(op.f("ix_recalls_disclosure_id"), "recalls", ["disclosure_id"])
    op.create_index(op.f("ix_recalls_person_id"), "recalls", ["person_id"])
    op.create_table(
        "reply_questions",
        *_texts("id", "reply_id", "sheet"),
        sa.Column("row", sa.Integer(), nullable=False),
        *_texts("column", "code", "person_id", "raw_text"),
        *_texts("settled_on", nullable=True),
        *_texts("answer", "staff_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_reply_questions_reply_id_replies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_questions")),
    )
    op.create_index(op.f("ix_reply_questions_reply_id"), "reply_questions", ["reply_id"])
    op.create_table(
        "incidents",
        *_texts("id", "kind", "subject", "found_on"),
        *_texts("happened_on", nullable=True),
        *_texts("circumstances", "opened_at", "staff_id", "cause", "measures"),
        *_texts("reported_on", "closed_on", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_table(
        "events",
        *_texts("id", "name", "kind", "occurred_at", "declared_at", "staff_id", "reason"),
        *_texts("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    for deed in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER basis_rules_no_{deed} BEFORE {deed.upper()} ON basis_rules "
            f"BEGIN SELECT RAISE(ABORT, 'basis_rules is append-only'); END"
        )
