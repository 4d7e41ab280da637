-- A country in the tables that the sign-up and its drain touch: people, their addresses, profiles and receipts, and as
-- many sign-ups that wait. Each statement takes the numbers %(first)s to %(last)s. Ids follow the numbers and stand
-- before those of today; addresses come in no order, as those of people do.

-- name: people
INSERT INTO accounts_person (id, email, first_name, last_name, phone, locale, state, mail_state, mail_refusal,
    sign_in_stamp)
SELECT (lpad(to_hex(n), 16, '0') || substr(md5(n::text), 1, 16))::uuid, md5(n::text) || '@example.org', 'Camille',
    'Essai', '+33612345678', 'fr', 'active', 'ok', '', md5('stamp' || n)::uuid
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n;

-- name: addresses
INSERT INTO account_emailaddress (email, verified, "primary", user_id)
SELECT md5(n::text) || '@example.org', false, true, (lpad(to_hex(n), 16, '0') || substr(md5(n::text), 1, 16))::uuid
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n;

-- name: volunteers
INSERT INTO volunteering_volunteer (id, person_id, birth_date, postcode, commune_id, domains, activities, languages,
    availability, declared, radius_km, reserve_state, calendar_token)
SELECT id, id, '1990-05-17', '67000', '67482', '{solidarity}', '{}', '{fr}', '{weekend}', '{}', 20, 'preregistered',
    md5('calendar' || n)::uuid
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
    LATERAL (SELECT (lpad(to_hex(n), 16, '0') || substr(md5(n::text), 1, 16))::uuid AS id) AS made;

-- name: settlements
INSERT INTO volunteering_settlement (receipt, state, person_id, received_at, settled_at)
SELECT md5('receipt' || n)::uuid, 'done', (lpad(to_hex(n), 16, '0') || substr(md5(n::text), 1, 16))::uuid,
    now() - interval '3 days', now() - interval '3 days'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n;

-- name: signups
INSERT INTO volunteering_signup (receipt, received_at, payload)
SELECT md5('waits' || n)::uuid, now(), jsonb_build_object('email', md5('new' || n) || '@example.org',
    'first_name', 'Camille', 'last_name', 'Essai', 'birth_date', '1990-05-17', 'postcode', '67000',
    'phone', '+33612345678', 'domains', jsonb_build_array('solidarity'), 'availability', jsonb_build_array('weekend'),
    'languages', jsonb_build_array('fr'), 'locale', 'fr', 'slot_id', NULL, 'mission_id', NULL)
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n;
