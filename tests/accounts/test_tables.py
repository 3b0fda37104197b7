"""The tables in the code are those that the migrations make."""

import sqlalchemy as sa

from linkage.accounts.tables import metadata


def shape(table) -> list[tuple[object, ...]]:
    columns = [(column.name, column.nullable, column.primary_key) for column in table.columns]
    keys = [("references", key.target_fullname, key.ondelete) for key in table.foreign_keys]
    unique = {
        tuple(sorted(column.name for column in one.columns))
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint)
    }
    indexes = [("index", *(column.name for column in index.columns)) for index in table.indexes if not index.unique]
    return sorted(map(repr, [*columns, *keys, *indexes, *(("unique", *names) for names in unique)]))


def test_the_migrations_make_the_tables_of_the_code(staffed):
    with sa.create_engine(staffed.engine.url, poolclass=sa.NullPool).connect() as connection:
        made = sa.MetaData()
        made.reflect(connection, only=list(metadata.tables), resolve_fks=True)
    assert {name: shape(made.tables[name]) for name in metadata.tables} == {
        name: shape(table) for name, table in metadata.tables.items()
    }
