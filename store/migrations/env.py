"""Run by Alembic inside the transaction that ``store.migrate`` opened. Nothing is configured here."""

from alembic import context

from store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, compare_type=True)
context.run_migrations()
