"""Starts the simulator as a process, acts in it as people do, and counts the steps of a day."""

import json
import os
import queue
import re
import socket
import subprocess
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE = 20

VIEWS = json.loads((Path(__file__).parent / "views.json").read_text())


class Sim:
    def __init__(self, *args: str) -> None:
        command = [os.environ["SLACK_SIM"], "--port", "0", *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        printed = {}
        for line in self.process.stdout:
            if line.startswith("Ctrl-C"):
                break
            name, value = re.match(r"(.*?)\s+(\S+)$", line).groups()
            printed[name] = value
        else:
            raise RuntimeError("the simulator ended before it was ready")
        self.url = printed["page"]
        self.api_url = printed["Web API"] + "/"
        self.bot_token = printed["bot"]
        self.app_token = printed["app"]

    def _ask(self, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/sim/{path}", data) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"/sim/{path}: {refused.read().decode()}") from None

    def get(self, path: str):
        return self._ask(path)

    def act(self, what: str, **body):
        """An act of a person. One that the simulator refuses is a failure here."""
        return self._ask(what, body)

    def say(self, text: str) -> dict:
        """Lee says something in #sales."""
        return self.act("message", user="lee", channel="sales", text=text)

    def press(self, where: dict, block_id: str, action_id: str, **more) -> dict:
        """Lee uses an element of a message in #sales, or of a view when `where` has its id."""
        place = {} if "view_id" in where else {"channel": "sales"}
        return self.act("press", user="lee", **place, **where, block_id=block_id, action_id=action_id, **more)

    def submit(self, view_id: str, text: str) -> dict:
        return self.act("submit", user="lee", view_id=view_id, values={"words": {"text": text}})

    def messages(self) -> list:
        return self.get("channels/sales/messages?flat=1")

    def message(self, text: str) -> dict | None:
        """The newest message of #sales with exactly this text."""
        return next((one for one in reversed(self.messages()) if one["text"] == text), None)

    def views(self) -> dict:
        return self.get("people/lee/views")

    def modals(self, count: int) -> list:
        """Lee's modals from the bottom to the top, when there are so many."""

        def stack():
            modals = self.views()["modals"]
            return [modals] if len(modals) == count else None

        return until(f"{count} modals", stack)[0]

    def channel(self, name: str) -> str:
        return next(one["id"] for one in self.get("channels") if one["name"] == name)

    def person(self, name: str) -> str:
        return next(one["id"] for one in self.get("people") if one["name"] == name)

    def calls(self, method: str) -> list:
        return [call for call in self.get("calls") if call["method"] == method]


class Heard(queue.Queue):
    """What a listener heard, handed over to the step that waits for it."""

    def take(self, what: str):
        try:
            return self.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"expected {what}; it did not come") from None


def until(what: str, ask):
    """Asks again and again until the answer is true in Python's sense; answers it."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"expected {what}; it never was so")
        time.sleep(0.05)


def equal(found, expected) -> None:
    if found != expected:
        raise AssertionError(f"expected {expected!r}\nfound    {found!r}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Day:
    """Runs steps in order, one line each: the decorated function runs at once."""

    def __init__(self, client: str) -> None:
        self.client, self.passed, self.failed = client, 0, 0

    def step(self, what: str):
        def run(body) -> None:
            try:
                body()
            except Exception as error:
                self.failed += 1
                told = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
                print(f"FAILED  {self.client}: {what}\n{told}", flush=True)
            else:
                self.passed += 1
                print(f"ok      {self.client}: {what}", flush=True)

        return run

    def end(self, sim: Sim) -> None:
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sim.process.terminate()
        # At once: the client's threads would connect again, and keep the process.
        os._exit(0 if self.failed == 0 and self.passed > 0 else 1)
