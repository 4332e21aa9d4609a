"""what staff keep by hand: masters, preferences, benefit flags, taken-back rows, what a deed found"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _later(table: str, *columns: str, default: str = "") -> None:
    # ALTER TABLE ADD COLUMN leaves rows, triggers and seals alone; a batch would make the table anew.
    for column in columns:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=default))


def upgrade() -> None:
    _later("persons", "merged_into")
    _later("benefits", "mild_high_cost", "high_cost_long", "severe_certified", default="unknown")
    _later("devices", "supplier_id", "note")
    _later("facts", "voids")
    _later("supporters", "organisation_id", "note")
    _later("contacts", "note")
    _later("consents", "voids")
    op.add_column("audit_rows", sa.Column("before", sa.Text(), nullable=True))
    op.create_index("ix_persons_state_sort_key_registry_no_id", "persons", ["state", "sort_key", "registry_no", "id"])
    op.create_index(
        "ix_devices_person_id_kind_use_status_as_of", "devices", ["person_id", "kind", "use_status", "as_of"]
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "name", "office", "name_kana", "municipality", "phone", "phone_24h", "fax", "email", "address",
                "contact_name", "note",
            )
        ),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )  # fmt: skip
    op.create_index("ix_organisations_kind_name", "organisations", ["kind", "name"])
    op.create_table(
        "device_models",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("battery_hours", sa.Float(), nullable=True),
        sa.Column("external_battery_hours", sa.Float(), nullable=True),
        sa.Column("watts", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_models")),
    )
    op.create_table(
        "diseases",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_kana", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diseases")),
    )
    op.create_index("ix_diseases_scheme_number", "diseases", ["scheme", "number"])
    op.create_table(
        "preferences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
    )
