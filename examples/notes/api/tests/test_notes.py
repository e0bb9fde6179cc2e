"""Whose notes are whose, and what happens where two change one."""

import pytest
from betroth.testing import assert_apart, assert_guarded

NOTE = {"title": "Milk", "text": "two litres", "pinned": False}


def test_every_route_but_health_asks_for_a_person(app):
    assert_guarded(app, public=["GET /health"])


def test_a_note_is_its_owners_alone(as_user):
    note = as_user("ada").post("/notes", json=NOTE).json()
    grace = as_user("grace")
    grace.headers["If-Match"] = "*"
    assert_apart(as_user("ada"), grace, f"/notes/{note['id']}", listed="/notes", json=NOTE)


def test_a_note_cannot_be_given_to_somebody_else(as_user):
    as_user("ada").post("/notes", json={**NOTE, "owner_id": "grace"})
    assert len(as_user("ada").get("/notes").json()) == 1
    assert as_user("grace").get("/notes").json() == []


def test_a_note_is_changed_by_whoever_has_seen_it(as_user):
    ada = as_user("ada")
    made = ada.post("/notes", json=NOTE)
    changed = ada.put(f"/notes/{made.json()['id']}", json={**NOTE, "title": "Bread"}, headers={"If-Match": made.headers["etag"]})
    assert changed.json()["title"] == "Bread"
    assert changed.headers["etag"] != made.headers["etag"]


def test_the_slower_of_two_changes_gets_what_is_there_now(as_user):
    ada = as_user("ada")
    made = ada.post("/notes", json=NOTE)
    path, seen = f"/notes/{made.json()['id']}", {"If-Match": made.headers["etag"]}
    faster = ada.put(path, json={**NOTE, "title": "Bread"}, headers=seen)
    slower = ada.put(path, json={**NOTE, "title": "Eggs"}, headers=seen)
    assert slower.status_code == 412
    assert slower.json()["current"]["title"] == "Bread"
    assert slower.headers["etag"] == faster.headers["etag"]
    assert ada.delete(path, headers=seen).status_code == 412


def test_a_change_without_a_version_is_refused(as_user):
    ada = as_user("ada")
    note = ada.post("/notes", json=NOTE).json()
    assert ada.put(f"/notes/{note['id']}", json=NOTE).status_code == 428


def test_a_deleted_note_is_gone(as_user):
    ada = as_user("ada")
    made = ada.post("/notes", json=NOTE)
    path = f"/notes/{made.json()['id']}"
    assert ada.delete(path, headers={"If-Match": made.headers["etag"]}).status_code == 204
    assert ada.get(path).status_code == 404


def test_a_fourth_pinned_note_is_refused_and_nothing_changes(as_user):
    ada = as_user("ada")
    for _ in range(3):
        assert ada.post("/notes", json={**NOTE, "pinned": True}).status_code == 201
    fourth = ada.post("/notes", json=NOTE)
    path = f"/notes/{fourth.json()['id']}"
    refused = ada.put(path, json={**NOTE, "pinned": True}, headers={"If-Match": fourth.headers["etag"]})
    assert refused.status_code == 409
    assert ada.get(path).json()["pinned"] is False
    # Grace's pins are counted apart.
    assert as_user("grace").post("/notes", json={**NOTE, "pinned": True}).status_code == 201


@pytest.mark.parametrize("title", ["", "x" * 121])
def test_a_title_is_neither_empty_nor_endless(as_user, title):
    assert as_user("ada").post("/notes", json={**NOTE, "title": title}).status_code == 422


def test_an_organization_shares_its_notes(as_user):
    ada, grace = as_user("ada", organization="acme"), as_user("grace", organization="acme")
    note = ada.post("/organizations/acme/notes", json=NOTE).json()
    assert grace.get("/organizations/acme/notes").json() == [note]
    assert grace.get(f"/organizations/acme/notes/{note['id']}").json() == note


def test_whoever_acts_for_another_organization_or_none_is_refused(as_user):
    note = as_user("ada", organization="acme").post("/organizations/acme/notes", json=NOTE).json()
    assert as_user("eve", organization="other").get("/organizations/acme/notes").status_code == 403
    assert as_user("eve").get("/organizations/acme/notes").status_code == 403
    assert as_user("eve", organization="other").get(f"/organizations/other/notes/{note['id']}").status_code == 404


def test_the_overview_is_for_administrators(as_user):
    as_user("ada").post("/notes", json=NOTE)
    as_user("grace").post("/notes", json=NOTE)
    as_user("ada", organization="acme").post("/organizations/acme/notes", json=NOTE)
    assert as_user("ada").get("/overview").status_code == 403
    counted = as_user("root", roles=["admin"]).get("/overview").json()
    assert counted == {"notes": 2, "people": 2, "shared_notes": 1, "organizations": 1}
