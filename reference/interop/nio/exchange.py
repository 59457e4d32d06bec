#!/usr/bin/env python3
"""A stock Matrix client and the reference talk to each other.

matrix-nio logs in to the reference relay as a second device of an account that was made by
invitation, creates an encrypted room, and exchanges messages with the reference client in both
directions. Usage: exchange.py PRUEFSTAND. Exit code 0 when everything was seen, 1 when not.
"""

import asyncio
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import nio

PASSWORD = "correct horse battery staple"
TOKEN = "interop-token"
# Rounds of "ask for news" until something is there; each is an exchange with the relay, not a time.
ROUNDS = 60


class Chat:
    """A reference terminal client whose lines are typed by this script."""

    def __init__(self, program, base, folder, user):
        self.process = subprocess.Popen(
            [program, "reference", "chat", "--relay", base, "--store", folder / user,
             "--device-secret", folder / f"{user}.secret", "--user", user, "--invitation", TOKEN],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"NO_COLOR": "1"})
        self.lines = queue.Queue()
        self.seen = []
        threading.Thread(target=self._read, daemon=True).start()
        self.type(PASSWORD)
        self.wait(r"is logged in with device (\S+);")

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def type(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait(self, pattern):
        """The match in what is or will be printed."""
        for line in self.seen:
            if found := re.search(pattern, line):
                return found
        for _ in range(ROUNDS):
            try:
                line = self.lines.get(timeout=20)
            except queue.Empty:
                break
            if line is None:
                break
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found
        raise SystemExit(f"not seen: {pattern}\n" + "\n".join(self.seen))

    def wait_for_news(self, pattern):
        """The same, asking for news until it is there; a device list ends each answer."""
        for round_ in range(ROUNDS):
            self.type("/devices")
            found = self._until_devices(pattern)
            if found:
                return found
        raise SystemExit(f"never came: {pattern}\n" + "\n".join(dict.fromkeys(self.seen)))

    def _until_devices(self, pattern):
        found = None
        while True:
            try:
                line = self.lines.get(timeout=20)
            except queue.Empty:
                raise SystemExit(f"no answer while waiting for {pattern}")
            if line is None:
                raise SystemExit("the client ended\n" + "\n".join(self.seen))
            self.seen.append(line)
            found = found or re.search(pattern, line)
            if re.search(r"(signed by its owner|verified|gets no keys)", line):
                return found

    def close(self):
        self.type("/quit")
        self.process.stdin.close()
        self.process.wait(timeout=20)


async def settle(client):
    """What a client does between two messages: sync, and whatever keys that asks for."""
    answer = await client.sync(timeout=0, full_state=False)
    if isinstance(answer, nio.SyncError):
        raise SystemExit(f"nio cannot sync: {answer}")
    if client.should_upload_keys:
        await client.keys_upload()
    if client.should_query_keys:
        await client.keys_query()
    if client.should_claim_keys:
        await client.keys_claim(client.get_users_for_key_claiming())
    await client.send_to_device_messages()


async def room_with(client, user):
    answer = await client.room_create(
        invite=[user], initial_state=[nio.EnableEncryptionBuilder().as_dict()])
    if isinstance(answer, nio.RoomCreateError):
        raise SystemExit(f"nio cannot create a room: {answer}")
    return answer.room_id


async def received(client, heard, body):
    for _ in range(ROUNDS):
        await settle(client)
        if body in heard:
            return
    raise SystemExit(f"nio never decrypted {body!r}; it heard {heard}")


async def exchange(program, base, folder):
    alice, bob = Chat(program, base, folder, "alice"), Chat(program, base, folder, "bob")
    config = nio.AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    store = folder / "nio"
    store.mkdir()
    client = nio.AsyncClient(base, "@alice:localhost", store_path=str(store), config=config)
    heard = []
    client.add_event_callback(lambda room, event: heard.append(event.body), nio.RoomMessageText)
    answer = await client.login(PASSWORD, device_name="nio")
    if isinstance(answer, nio.LoginError):
        raise SystemExit(f"nio cannot log in: {answer}")
    await settle(client)

    # Alice's first device vouches for the stock device, by the fingerprint that nio shows.
    fingerprint = client.olm.account.identity_keys["ed25519"]
    act = {"feature": "devices",
           "act": {"approve": {"device": client.device_id, "ed25519": fingerprint}}}
    alice.type("/do " + json.dumps(act))
    alice.wait_for_news(rf"{client.device_id} +(verified|signed by its owner) +{re.escape(fingerprint)}")

    room = await room_with(client, "@bob:localhost")
    bob.wait_for_news(r"you are invited to room 1")
    bob.type("/join 1")
    bob.type("/seen")
    bob.wait_for_news(r"@bob:localhost joined")
    for _ in range(3):
        await settle(client)
    sent = await client.room_send(
        room, "m.room.message", {"msgtype": "m.text", "body": "from a stock client"},
        ignore_unverified_devices=True)
    if isinstance(sent, nio.RoomSendError):
        raise SystemExit(f"nio cannot send: {sent}")
    bob.wait_for_news(r"@alice:localhost: from a stock client")
    print("the reference client decrypted what matrix-nio sent")

    bob.type("/seen")
    bob.type("from the reference")
    await received(client, heard, "from the reference")
    print("matrix-nio decrypted what the reference client sent")
    await client.close()
    alice.close()
    bob.close()


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        relay = subprocess.Popen(
            [program, "reference", "relay", "--listen", "127.0.0.1:0", "--store", folder / "relay",
             "--log", folder / "relay.log", "--registration-token", f"{TOKEN}:2"],
            stdout=subprocess.PIPE, text=True)
        try:
            base = relay.stdout.readline().split()[1]
            asyncio.run(exchange(program, base, folder))
        finally:
            relay.terminate()
            relay.wait(timeout=20)
    print(f"matrix-nio {version('matrix-nio')} and the reference: passed")


if __name__ == "__main__":
    main()
