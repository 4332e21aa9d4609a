"""Alembic's environment: the program hands over its own keyed connection; there is no URL."""

from alembic import context

from hoken_desktop.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
    transactional_ddl=False,  # the caller holds the one transaction
)
context.run_migrations()
