#!/usr/bin/env python3
"""A stock Matrix client in a closed organisation: what it may do works, everything else is refused in Matrix' own words.

matrix-nio makes an account by an invitation that the organisation signed, talks to a colleague, and then tries what a
closed organisation does not allow. Usage: closed.py PRUEFSTAND. Exit code 0 when all was as it should be.
"""

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path

import nio

from exchange import PASSWORD, settle

TENANTS = ("main", "second")


class Organisation:
    """An organisation with two tenants, founded on the command line, and its relay."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder / "organisation"
        tenants = [word for tenant in TENANTS for word in ("--tenant", tenant)]
        self.run("org", "new", "--name", "Bench & Sons", *tenants)
        self.relay = subprocess.Popen(
            [program, "reference", "relay", "--listen", "127.0.0.1:0", "--store", folder / "relay",
             "--log", folder / "relay.log", "--organisation", self.folder / "charter.json"],
            stdout=subprocess.PIPE, text=True)
        self.base = self.relay.stdout.readline().split()[1]

    def run(self, *words, text=None):
        done = subprocess.run(
            [self.program, "reference", *words[:2], "--org", self.folder, *words[2:]]
            if text is None else [self.program, "reference", *words],
            input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{words} ended with {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def token(self, tenant, user):
        """The registration token of one user, made of a fresh invitation."""
        code = self.run("invite", "new", "--tenant", tenant, "--server", "localhost", "--relay", self.base)
        return self.run("invite", "redeem", "--user", f"@{user}:localhost", text=code)

    def close(self):
        self.relay.terminate()
        self.relay.wait(timeout=20)


def refused(what, answer, code):
    """The answer must be a Matrix error with this code and a sentence for people."""
    status, words = getattr(answer, "status_code", None), getattr(answer, "message", "")
    if status != code or len(words) < 10:
        raise SystemExit(f"{what}: expected {code} with a reason, got {answer}")
    print(f"{what}: {code}, {words}")


def register(base, user, token):
    """Registers with one token stage; nio's own method waits for a second stage that some servers ask for.

    `None`, or the error as nio would show it."""
    body = {"username": user, "password": PASSWORD, "inhibit_login": True,
            "auth": {"type": "m.login.registration_token", "token": token}}
    request = urllib.request.Request(
        f"{base}/_matrix/client/v3/register", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        urllib.request.urlopen(request, timeout=20).close()
    except urllib.error.HTTPError as error:
        answer = json.load(error)
        return nio.ErrorResponse(answer.get("error", ""), answer.get("errcode", ""))


async def enrolled(base, folder, user, token):
    """A new account by this token, logged in, or the error."""
    if error := register(base, user, token):
        return error
    store = folder / f"nio-{user}"
    store.mkdir()
    config = nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    client = nio.AsyncClient(base, f"@{user}:localhost", store_path=str(store), config=config)
    answer = await client.login(PASSWORD, device_name="nio")
    if isinstance(answer, nio.LoginError):
        raise SystemExit(f"{user} cannot log in: {answer}")
    await settle(client)
    return client


async def works(organisation, folder):
    """Two stock clients of one tenant talk in an encrypted room."""
    people = []
    for user in ("anna", "ben"):
        token = organisation.token("main", user)
        client = await enrolled(organisation.base, folder, user, token)
        if isinstance(client, nio.ErrorResponse):
            raise SystemExit(f"{user} cannot enrol: {client}")
        people.append(client)
    anna, ben = people
    room = await anna.room_create(
        invite=["@ben:localhost"], initial_state=[nio.EnableEncryptionBuilder().as_dict()])
    await settle(ben)
    joined = await ben.join(room.room_id)
    if isinstance(joined, nio.JoinError):
        raise SystemExit(f"ben cannot join: {joined}")
    heard = []
    ben.add_event_callback(lambda room, event: heard.append(event.body), nio.RoomMessageText)
    for client in (anna, ben, anna):
        await settle(client)
    await anna.room_send(room.room_id, "m.room.message", {"msgtype": "m.text", "body": "to a colleague"},
                         ignore_unverified_devices=True)
    await settle(ben)
    await settle(ben)
    if "to a colleague" not in heard:
        raise SystemExit(f"two stock clients of one tenant do not hear each other: {heard}")
    print("two stock clients, enrolled by signed invitations: talked")
    return anna, ben, room.room_id


async def is_refused(organisation, folder, anna, ben, room):
    """What a stock client cannot do in a closed organisation."""
    base = organisation.base
    used = organisation.token("main", "carl")
    carl = await enrolled(base, folder, "carl", used)
    refused("an invitation for another name", await enrolled(base, folder, "dora", used), "M_FORBIDDEN")
    refused("an account without an invitation",
            await enrolled(base, folder, "eve", "no-invitation"), "M_FORBIDDEN")
    fremd = await enrolled(base, folder, "fremd", organisation.token("second", "fremd"))
    refused("the profile of somebody in another tenant",
            await anna.get_profile("@fremd:localhost"), "M_NOT_FOUND")
    refused("an invitation to somebody in another tenant",
            await anna.room_invite(room, "@fremd:localhost"), "M_NOT_FOUND")
    refused("joining a room of another tenant", await fremd.join(room), "M_NOT_FOUND")
    refused("a user of another server",
            await anna.room_invite(room, "@anybody:elsewhere.example"), "M_NOT_FOUND")
    refused("a name for the public", await anna.room_resolve_alias("#all:localhost"), "M_UNRECOGNIZED")
    refused("presence past the encryption", await anna.get_presence("@ben:localhost"), "M_UNRECOGNIZED")
    for client in (carl, fremd):
        await client.close()


async def stay(organisation, folder):
    anna, ben, room = await works(organisation, folder)
    await is_refused(organisation, folder, anna, ben, room)
    await anna.close()
    await ben.close()


def main():
    # nio reports every refusal as an answer that is not the one it hoped for.
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        organisation = Organisation(Path(sys.argv[1]).resolve(), folder)
        try:
            asyncio.run(stay(organisation, folder))
        finally:
            organisation.close()
    print(f"matrix-nio {version('matrix-nio')} in a closed organisation: passed")


if __name__ == "__main__":
    main()
