"""A day of slack_bolt over signed HTTP."""

import json
import threading
import time
import urllib.error
import urllib.request

from slack_bolt import App
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web import WebClient

from bolt_day import listen, steps
from sim import Day, Sim, equal, free_port, until

SECRET = "a secret of this day alone"
port = free_port()
url = f"http://127.0.0.1:{port}/slack/events"
sim = Sim("--app-url", url, "--signing-secret", SECRET)
day = Day("slack_bolt, HTTP")
app = App(client=WebClient(token=sim.bot_token, base_url=sim.api_url), signing_secret=SECRET)
listen(app)
threading.Thread(target=lambda: app.start(port, path="/slack/events", http_server_logger_enabled=False), daemon=True).start()


def deliver(body: str, secret: str, age: int = 0) -> tuple[int, str]:
    """A request as Slack makes it, signed with any secret, so many seconds ago."""
    timestamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    headers = {"Content-Type": "application/json", "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def listening() -> bool:
    try:
        urllib.request.urlopen(url).close()
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError:
        return False
    return True


@day.step("answers the challenge, and nobody who cannot sign")
def _():
    until("the app's port", listening)
    challenge = json.dumps({"type": "url_verification", "token": "x", "challenge": "c7"})
    status, body = deliver(challenge, SECRET)
    equal([status, json.loads(body)], [200, {"challenge": "c7"}])
    equal(deliver(challenge, "another secret")[0], 401)
    equal(deliver(challenge, SECRET, 600)[0], 401)


steps(day, sim, app)


@day.step("was sent nothing by Socket Mode")
def _():
    workspace = sim.get("workspace")
    equal([workspace["lines"], workspace["mode"]], [0, "http"])
    kinds = {row["kind"] for row in sim.get("traffic")}
    equal(["http" in kinds, "envelope" in kinds], [True, False])


day.end(sim)
