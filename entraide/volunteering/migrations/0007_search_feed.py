"""Missions note in the search's feed, by triggers, whatever changes how they are found.

Triggers, since no action can forget them. A place that is taken changes little of what is searched: the document says
open slots, whose state follows, and how many places are left by steps, so that of a hundred people who join one mission
a handful are noted. Those few wake nobody: the indexers look twice a second anyway.
"""

from typing import ClassVar

from django.db import migrations

# What is noted is a mission, once a statement; `told` says whether the indexers are woken.
NOTE = """
CREATE FUNCTION volunteering_note_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (kind, key) VALUES ('mission', CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END);
    IF TG_ARGV[0] = 'told' THEN
        PERFORM pg_notify('search_change', '');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION volunteering_note_search_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (kind, key)
    VALUES ('mission', CASE WHEN TG_OP = 'DELETE' THEN OLD.mission_id ELSE NEW.mission_id END);
    IF TG_OP = 'UPDATE' AND OLD.mission_id <> NEW.mission_id THEN
        INSERT INTO search_change (kind, key) VALUES ('mission', OLD.mission_id);
    END IF;
    IF TG_ARGV[0] = 'told' THEN
        PERFORM pg_notify('search_change', '');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION volunteering_note_search_of_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (kind, key) SELECT DISTINCT 'mission', mission_id::text FROM concerned;
    PERFORM pg_notify('search_change', '');
    RETURN NULL;
END $$;

CREATE FUNCTION volunteering_note_search_of_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_change (kind, key)
    SELECT 'mission', id FROM volunteering_mission WHERE organisation_id = NEW.id AND state IN ('online', 'full');
    PERFORM pg_notify('search_change', '');
    RETURN NULL;
END $$;
"""
UN_NOTE = """
DROP FUNCTION volunteering_note_search, volunteering_note_search_of_part, volunteering_note_search_of_parts,
    volunteering_note_search_of_organisation
"""

# Every column of which `searchable.py` makes a document, but the places left.
_COLUMNS = (
    "organisation_id", "template_id", "language", "title", "description", "kind", "domain", "activity", "mode",
    "admission", "publics", "age_min", "state", "published_at", "commune_name", "departement_code", "latitude",
    "longitude",
)  # fmt: skip
_OLD, _NEW = (", ".join(f"{row}.{column}" for column in _COLUMNS) for row in ("OLD", "NEW"))
# The steps below which the number of places left is not told apart.
_STEPS = "ARRAY[1, 2, 3, 4, 6, 11, 21, 51, 101, 501]"
TRIGGERS = f"""
CREATE TRIGGER note_search_added AFTER INSERT ON volunteering_mission FOR EACH ROW
    WHEN (NEW.state = 'online') EXECUTE FUNCTION volunteering_note_search('told');
CREATE TRIGGER note_search_removed AFTER DELETE ON volunteering_mission FOR EACH ROW
    WHEN (OLD.state = 'online') EXECUTE FUNCTION volunteering_note_search('told');
CREATE TRIGGER note_search_changed AFTER UPDATE ON volunteering_mission FOR EACH ROW
    WHEN ((OLD.state = 'online' OR NEW.state = 'online') AND ({_OLD}) IS DISTINCT FROM ({_NEW}))
    EXECUTE FUNCTION volunteering_note_search('told');
CREATE TRIGGER note_search_places AFTER UPDATE ON volunteering_mission FOR EACH ROW
    WHEN (NEW.state = 'online'
          AND width_bucket(OLD.places_left, {_STEPS}) <> width_bucket(NEW.places_left, {_STEPS}))
    EXECUTE FUNCTION volunteering_note_search();

CREATE TRIGGER note_search_added AFTER INSERT ON volunteering_slot REFERENCING NEW TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION volunteering_note_search_of_parts();
CREATE TRIGGER note_search_removed AFTER DELETE ON volunteering_slot REFERENCING OLD TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION volunteering_note_search_of_parts();
CREATE TRIGGER note_search_moved AFTER UPDATE ON volunteering_slot FOR EACH ROW
    WHEN ((OLD.starts_at, OLD.mission_id) IS DISTINCT FROM (NEW.starts_at, NEW.mission_id))
    EXECUTE FUNCTION volunteering_note_search_of_part('told');
CREATE TRIGGER note_search_filled AFTER UPDATE ON volunteering_slot FOR EACH ROW
    WHEN ((OLD.state = 'open') IS DISTINCT FROM (NEW.state = 'open'))
    EXECUTE FUNCTION volunteering_note_search_of_part();

CREATE TRIGGER note_search_added AFTER INSERT ON volunteering_missionplace REFERENCING NEW TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION volunteering_note_search_of_parts();
CREATE TRIGGER note_search_removed AFTER DELETE ON volunteering_missionplace REFERENCING OLD TABLE AS concerned
    FOR EACH STATEMENT EXECUTE FUNCTION volunteering_note_search_of_parts();
CREATE TRIGGER note_search_changed AFTER UPDATE ON volunteering_missionplace FOR EACH ROW
    WHEN ((OLD.commune_id, OLD.mission_id) IS DISTINCT FROM (NEW.commune_id, NEW.mission_id))
    EXECUTE FUNCTION volunteering_note_search_of_part('told');

CREATE TRIGGER note_search_changed AFTER UPDATE ON accounts_organisation FOR EACH ROW
    WHEN ((OLD.name, OLD.state) IS DISTINCT FROM (NEW.name, NEW.state))
    EXECUTE FUNCTION volunteering_note_search_of_organisation();
"""
UN_TRIGGERS = """
DROP TRIGGER note_search_added ON volunteering_mission;
DROP TRIGGER note_search_removed ON volunteering_mission;
DROP TRIGGER note_search_changed ON volunteering_mission;
DROP TRIGGER note_search_places ON volunteering_mission;
DROP TRIGGER note_search_added ON volunteering_slot;
DROP TRIGGER note_search_removed ON volunteering_slot;
DROP TRIGGER note_search_moved ON volunteering_slot;
DROP TRIGGER note_search_filled ON volunteering_slot;
DROP TRIGGER note_search_added ON volunteering_missionplace;
DROP TRIGGER note_search_removed ON volunteering_missionplace;
DROP TRIGGER note_search_changed ON volunteering_missionplace;
DROP TRIGGER note_search_changed ON accounts_organisation;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0002_address_change"),
        ("search", "0002_horizon"),
        ("volunteering", "0006_attendance_to_hours"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(NOTE, UN_NOTE),
        migrations.RunSQL(TRIGGERS, UN_TRIGGERS),
    ]
