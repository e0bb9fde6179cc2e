"""The schema `betroth` in the database: the key, the functions that check and seal, and the policies of a table. As SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .key import IsolationKey

WINDOW = 300
"""For how many seconds a signed identity may be used: the difference of both clocks that is borne."""


def install(key: IsolationKey) -> Iterator[str]:
    """Statements that make the schema `betroth` and put the key into it; run again, they replace the key and the functions.

    Whoever runs them owns what they make, and must not be the role of the program.
    """
    yield "CREATE SCHEMA IF NOT EXISTS betroth"
    yield "REVOKE ALL ON SCHEMA betroth FROM PUBLIC"
    yield "GRANT USAGE ON SCHEMA betroth TO PUBLIC"
    yield (
        "CREATE TABLE IF NOT EXISTS betroth.key "
        "(only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), inner_block bytea NOT NULL, outer_block bytea NOT NULL)"
    )
    yield "REVOKE ALL ON betroth.key FROM PUBLIC"
    inner, outer = key.blocks()
    yield (
        f"INSERT INTO betroth.key (inner_block, outer_block) VALUES (decode('{inner}', 'hex'), decode('{outer}', 'hex')) "
        "ON CONFLICT (only_one) DO UPDATE SET inner_block = excluded.inner_block, outer_block = excluded.outer_block"
    )
    yield _HMAC
    yield _SEAL
    yield _HOLD
    yield _ENTER
    yield _HOLDER
    yield _SUBJECT
    yield _ORGANIZATION
    yield _IS_SYSTEM
    yield _ACT_AS_SYSTEM
    yield _MAY_REFER
    for function in ("hmac(text)", "seal(text)", "hold(jsonb)", "act_as_system(text)"):
        yield f"REVOKE ALL ON FUNCTION betroth.{function} FROM PUBLIC"
    for function in ("enter(text, text)", "holder()", "subject()", "organization()", "is_system()", "may_refer(regclass, name, text)"):
        yield f"GRANT EXECUTE ON FUNCTION betroth.{function} TO PUBLIC"


_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

# RFC 2104 with SHA-256; the table holds the key as both padded blocks.
_HMAC = f"""
CREATE OR REPLACE FUNCTION betroth.hmac(message text) RETURNS bytea LANGUAGE sql STABLE {_DEFINER} AS $$
  SELECT sha256(k.outer_block || sha256(k.inner_block || convert_to(message, 'UTF8'))) FROM betroth.key k
$$"""

# A seal holds for one server process and one transaction: neither a pool nor a copy in another session brings it back.
_SEAL = f"""
CREATE OR REPLACE FUNCTION betroth.seal(who text) RETURNS text LANGUAGE sql STABLE {_DEFINER} AS $$
  SELECT encode(betroth.hmac('seal|' || pg_backend_pid() || '|' || extract(epoch FROM transaction_timestamp()) || '|' || who), 'hex')
$$"""

_HOLD = f"""
CREATE OR REPLACE FUNCTION betroth.hold(who jsonb) RETURNS void LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
DECLARE
  held text := encode(convert_to(who::text, 'UTF8'), 'hex');
BEGIN
  PERFORM set_config('betroth.identity', betroth.seal(held) || '.' || held, true);
END $$"""

# MACs are compared by MACs of their own, so that the time of the comparison tells nothing.
_ENTER = f"""
CREATE OR REPLACE FUNCTION betroth.enter(payload text, mac text) RETURNS void LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
DECLARE
  claims jsonb;
BEGIN
  IF payload IS NULL OR mac IS NULL OR NOT EXISTS (SELECT FROM betroth.key)
     OR betroth.hmac('compare|' || mac) IS DISTINCT FROM betroth.hmac('compare|' || encode(betroth.hmac('enter|' || payload), 'hex')) THEN
    RAISE EXCEPTION 'betroth: the identity is not signed with the key of this database' USING ERRCODE = 'insufficient_privilege';
  END IF;
  claims := payload::jsonb;
  IF (claims->>'backend')::integer IS DISTINCT FROM pg_backend_pid()
     OR abs(extract(epoch FROM clock_timestamp()) - (claims->>'at')::numeric) > {WINDOW} THEN
    RAISE EXCEPTION 'betroth: the identity was signed for another connection, or the clocks of program and database differ by more than '
      '{WINDOW} s' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM betroth.hold(jsonb_build_object('kind', claims->'kind', 'subject', claims->'subject', 'organization', claims->'organization'));
END $$"""

_HOLDER = f"""
CREATE OR REPLACE FUNCTION betroth.holder() RETURNS jsonb LANGUAGE plpgsql STABLE PARALLEL RESTRICTED {_DEFINER} AS $$
DECLARE
  held text := current_setting('betroth.identity', true);
BEGIN
  IF held IS NULL OR NOT EXISTS (SELECT FROM betroth.key) OR held !~ '^[0-9a-f]{{64}}\\.[0-9a-f]+$'
     OR betroth.hmac('compare|' || left(held, 64)) IS DISTINCT FROM betroth.hmac('compare|' || betroth.seal(substr(held, 66))) THEN
    RETURN NULL;
  END IF;
  RETURN convert_from(decode(substr(held, 66), 'hex'), 'UTF8')::jsonb;
END $$"""

_SUBJECT = f"""
CREATE OR REPLACE FUNCTION betroth.subject() RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED {_DEFINER} AS $$
  SELECT betroth.holder()->>'subject'
$$"""

_ORGANIZATION = f"""
CREATE OR REPLACE FUNCTION betroth.organization() RETURNS text LANGUAGE sql STABLE PARALLEL RESTRICTED {_DEFINER} AS $$
  SELECT betroth.holder()->>'organization'
$$"""

_IS_SYSTEM = f"""
CREATE OR REPLACE FUNCTION betroth.is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED {_DEFINER} AS $$
  SELECT coalesce(betroth.holder()->>'kind' = 'system', false)
$$"""

_ACT_AS_SYSTEM = f"""
CREATE OR REPLACE FUNCTION betroth.act_as_system(reason text) RETURNS void LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
BEGIN
  IF coalesce(trim(reason), '') = '' THEN RAISE EXCEPTION 'betroth: act_as_system needs a reason'; END IF;
  RAISE LOG 'betroth: acting as the system: %', reason;
  PERFORM betroth.hold(jsonb_build_object('kind', 'system', 'subject', NULL, 'organization', NULL));
END $$"""

# Runs as whoever asks, so that the policies of the table referred to decide. PostgreSQL itself checks foreign keys past them.
_MAY_REFER = """
CREATE OR REPLACE FUNCTION betroth.may_refer(target regclass, key name, value text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  seen boolean;
  type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = target AND attname = key);
BEGIN
  IF value IS NULL THEN RETURN true; END IF;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE %I = $1::%s)', target, key, type) INTO seen USING value;
  RETURN seen;
END $$"""


@dataclass(frozen=True, slots=True)
class Policy:
    """The policies of one table: its owner columns with their SQL types, and the foreign keys that must point to rows of the owner.

    `references` maps a column of the table to table and column that it refers to, all names as in the database. `through` does so for a
    table without owner columns, whose rows are whose the rows are that they refer to.
    """

    table: str
    schema: str | None
    owners: Mapping[str, tuple[str, str]]
    references: Mapping[str, tuple[str, str]]
    through: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The table's name, quoted, with its schema."""
        return qualified(self.table, self.schema)

    def create(self) -> Iterator[str]:
        """Statements that switch row level security on, for the owner of the table too, with one policy that gives and one that takes:
        no other policy can then open what is closed here."""
        conditions = [f"{quoted(c)} = (SELECT betroth.{by}())::{type_}" for c, (by, type_) in self.owners.items()]
        conditions += [
            f"EXISTS (SELECT 1 FROM {qualified_name(target)} AS theirs WHERE theirs.{quoted(key)} = {self.name}.{quoted(column)})"
            for column, (target, key) in self.through.items()
        ]
        own = " AND ".join(conditions)
        using = f"(SELECT betroth.is_system()) OR ({own})"
        refers = "".join(
            f" AND betroth.may_refer('{_literal(qualified_name(target))}'::regclass, '{_literal(key)}', {quoted(column)}::text)"
            for column, (target, key) in self.references.items()
        )
        yield f"ALTER TABLE {self.name} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {self.name} FORCE ROW LEVEL SECURITY"
        yield from self._drop_policies()
        yield f"CREATE POLICY betroth_gives ON {self.name} AS PERMISSIVE FOR ALL USING ({using}) WITH CHECK ({using})"
        yield (
            f"CREATE POLICY betroth_takes ON {self.name} AS RESTRICTIVE FOR ALL USING ({using}) "
            f"WITH CHECK ((SELECT betroth.is_system()) OR ({own}{refers}))"
        )

    def drop(self) -> Iterator[str]:
        """Statements that undo `create`."""
        yield from self._drop_policies()
        yield f"ALTER TABLE {self.name} NO FORCE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {self.name} DISABLE ROW LEVEL SECURITY"

    def _drop_policies(self) -> Iterator[str]:
        yield f"DROP POLICY IF EXISTS betroth_gives ON {self.name}"
        yield f"DROP POLICY IF EXISTS betroth_takes ON {self.name}"


def uninstall() -> Iterator[str]:
    """Statements that remove the schema `betroth`; they fail while a policy still uses it."""
    yield "DROP FUNCTION betroth.may_refer(regclass, name, text)"
    for function in ("act_as_system(text)", "is_system()", "organization()", "subject()", "holder()", "enter(text, text)"):
        yield f"DROP FUNCTION betroth.{function}"
    yield "DROP FUNCTION betroth.hold(jsonb)"
    yield "DROP FUNCTION betroth.seal(text)"
    yield "DROP FUNCTION betroth.hmac(text)"
    yield "DROP TABLE betroth.key"
    yield "DROP SCHEMA betroth"


def quoted(name: str) -> str:
    """An identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def qualified(table: str, schema: str | None) -> str:
    """A table's name in double quotes, with its schema where there is one."""
    return f"{quoted(schema)}.{quoted(table)}" if schema else quoted(table)


def qualified_name(name: str) -> str:
    """`schema.table` or `table` in double quotes."""
    schema, _, table = name.rpartition(".")
    return qualified(table, schema or None)


def _literal(text: str) -> str:
    return text.replace("'", "''")
