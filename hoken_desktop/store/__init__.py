"""The encrypted registry file: the only room with SQLAlchemy, Alembic and SQLCipher."""
