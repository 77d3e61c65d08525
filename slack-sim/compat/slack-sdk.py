"""A day of slack_sdk: its Web API client, and Socket Mode with envelopes acknowledged by hand."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient

from sim import VIEWS, Day, Heard, Sim, equal, until

sim = Sim()
day = Day("slack_sdk")
web = WebClient(token=sim.bot_token, base_url=sim.api_url)
web.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
line = SocketModeClient(app_token=sim.app_token, web_client=WebClient(base_url=sim.api_url))
sales = sim.channel("sales")
events, commands, interactions = Heard(), Heard(), Heard()
greetings = Heard()


def sort(client: SocketModeClient, request) -> None:
    """Events are acknowledged here, whichever they are; the rest by the step that waits for it."""
    if request.type == "events_api":
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        events.put(request)
    elif request.type == "slash_commands":
        commands.put(request)
    else:
        interactions.put(request)


line.socket_mode_request_listeners.append(sort)
line.message_listeners.append(lambda _, message, raw: greetings.put(message) if message.get("type") == "hello" else None)


def ack(request, payload=None) -> None:
    line.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))


def event(kind: str, what: str, fits=lambda event: True):
    """The next event of this type that fits; what this app did itself is heard too, and passed over."""
    while True:
        request = events.take(what)
        if request.payload["event"]["type"] == kind and fits(request.payload["event"]):
            return request


def refused(call) -> str:
    """Slack's name of the error."""
    try:
        call()
    except SlackApiError as error:
        return error.response["error"]
    return "nothing"


def interaction(kind: str):
    request = interactions.take(f"an interaction of type {kind}")
    equal(request.payload["type"], kind)
    return request


def together(act, answer):
    """Acts on a thread while `answer` handles what comes of it; answers what came back to the person."""
    with ThreadPoolExecutor(1) as pool:
        acted = pool.submit(act)
        answer()
        return acted.result()


@day.step("says who it is")
def _():
    me, workspace = web.auth_test(), sim.get("workspace")
    equal([me["user_id"], me["team_id"]], [workspace["bot"]["user_id"], workspace["team_id"]])


@day.step("connects and is greeted")
def _():
    line.connect()
    hello = greetings.take("hello")
    equal([hello["num_connections"], "app_id" in hello["connection_info"]], [1, True])
    equal(sim.get("workspace")["lines"], 1)


@day.step("hears a message and acknowledges it")
def _():
    ts = sim.say("good morning")["ts"]
    request = event("message", "a message")
    heard = request.payload["event"]
    equal([heard["ts"], heard["text"], heard["channel_type"]], [ts, "good morning", "channel"])
    equal([request.retry_attempt, request.accepts_response_payload], [0, False])
    until("the acknowledgement", lambda: [r for r in sim.get("traffic") if (r["way"], r["kind"]) == ("in", "ack")])


@day.step("answers a slash command")
def _():
    def answer():
        request = commands.take("a command")
        equal(request.accepts_response_payload, True)
        ack(request, {"text": f"{request.payload['command']}: {request.payload['text']}"})

    run = {"user": "lee", "channel": "sales", "command": "/heard", "text": "price < 3 & rising"}
    seen = together(lambda: sim.act("command", **run), answer)
    equal([seen["ok"], seen["seen"]["text"]], [True, "/heard: price &lt; 3 &amp; rising"])


@day.step("posts, changes and deletes a message")
def _():
    posted = web.chat_postMessage(channel=sales, text="Good morning & welcome", blocks=VIEWS["message"])
    equal(posted["message"]["blocks"][1]["block_id"], "choices")
    web.chat_update(channel=sales, ts=posted["ts"], text="Good day", blocks=[])
    equal(sim.message("Good day")["ts"], posted["ts"])
    web.chat_delete(channel=sales, ts=posted["ts"])
    equal(sim.message("Good day"), None)
    equal(refused(lambda: web.chat_postMessage(channel="C0NOWHERE", text="x")), "channel_not_found")


@day.step("answers a press by response_url")
def _():
    ts = web.chat_postMessage(channel=sales, text="A customer waits.", blocks=VIEWS["message"])["ts"]

    def answer():
        request = interaction("block_actions")
        action = request.payload["actions"][0]
        equal([action["action_id"], action["value"], request.payload["container"]["message_ts"]], ["done", "42", ts])
        ack(request)
        sent = WebhookClient(request.payload["response_url"]).send(replace_original=True, text="Nobody waits.")
        equal([sent.status_code, sent.body], [200, "ok"])

    equal(together(lambda: sim.press({"ts": ts}, "choices", "done"), answer)["ok"], True)
    equal(until("the new text", lambda: sim.message("Nobody waits."))["ts"], ts)


@day.step("suggests options and hears the choice")
def _():
    ts = web.chat_postMessage(channel=sales, text="Another waits.", blocks=VIEWS["message"])["ts"]

    def suggest():
        request = interaction("block_suggestion")
        equal([request.payload["action_id"], request.payload["value"]], ["customer", "ac"])
        ack(request, {"options": VIEWS["options"]})

    typed = {"user": "lee", "channel": "sales", "ts": ts, "block_id": "choices", "action_id": "customer", "value": "ac"}
    suggested = together(lambda: sim.act("suggest", **typed), suggest)
    equal([option["value"] for option in suggested["options"]], ["acme", "acre"])

    def chosen():
        request = interaction("block_actions")
        equal(request.payload["actions"][0]["selected_option"]["value"], "acme")
        ack(request)

    equal(together(lambda: sim.press({"ts": ts}, "choices", "customer", value="acme"), chosen)["ok"], True)


@day.step("opens a modal by a shortcut")
def _():
    def answer():
        request = interaction("shortcut")
        ack(request)
        trigger = request.payload["trigger_id"]
        equal(web.views_open(trigger_id=trigger, view=VIEWS["modal"])["view"]["callback_id"], "tell")
        equal(refused(lambda: web.views_open(trigger_id=trigger, view=VIEWS["modal"])), "exchanged_trigger_id")

    equal(together(lambda: sim.act("shortcut", user="lee", callback_id="tell"), answer)["ok"], True)
    equal(sim.modals(1)[0]["title"]["text"], "Tell us")


@day.step("updates the modal, pushes another, and hears it closed")
def _():
    view_id = sim.modals(1)[0]["id"]

    def rename():
        request = interaction("block_actions")
        ack(request)
        view = request.payload["view"]
        renamed = VIEWS["modal"] | {"title": {"type": "plain_text", "text": "Tell us more"}}
        web.views_update(view_id=view["id"], hash=view["hash"], view=renamed)
        equal(refused(lambda: web.views_update(view_id=view["id"], hash=view["hash"], view=renamed)), "hash_conflict")

    together(lambda: sim.press({"view_id": view_id}, "more", "rename"), rename)
    equal(sim.modals(1)[0]["title"]["text"], "Tell us more")

    def push():
        request = interaction("block_actions")
        ack(request)
        web.views_push(trigger_id=request.payload["trigger_id"], view=VIEWS["detail"] | {"notify_on_close": True})

    together(lambda: sim.press({"view_id": view_id}, "more", "detail"), push)
    below, above = sim.modals(2)
    equal([above["previous_view_id"], above["root_view_id"]], [below["id"], below["id"]])

    def closed():
        request = interaction("view_closed")
        equal([request.payload["view"]["id"], request.payload["is_cleared"]], [above["id"], False])
        ack(request)

    together(lambda: sim.act("close", user="lee", view_id=above["id"]), closed)
    equal([view["id"] for view in sim.modals(1)], [below["id"]])


@day.step("refuses a submission, then takes the next")
def _():
    view_id = sim.modals(1)[0]["id"]
    errors = {"words": "Say more."}
    answer = {"response_action": "errors", "errors": errors}
    bad = together(lambda: sim.submit(view_id, "bad"), lambda: ack(interaction("view_submission"), answer))
    equal([bad["ok"], bad["errors"]], [False, errors])
    sim.modals(1)

    def take():
        request = interaction("view_submission")
        equal(request.payload["view"]["state"]["values"]["words"]["text"]["value"], "the invoice is wrong")
        ack(request)

    equal(together(lambda: sim.submit(view_id, "the invoice is wrong"), take)["ok"], True)
    equal(sim.modals(0), [])


@day.step("publishes a home when it is opened")
def _():
    sim.act("home", user="lee")
    opened = event("app_home_opened", "app_home_opened").payload["event"]
    equal(opened["tab"], "home")
    web.views_publish(user_id=opened["user"], view=VIEWS["home"])
    equal(sim.views()["home"]["blocks"][0]["text"]["text"], "Welcome home.")


@day.step("reads all pages of conversations.list")
def _():
    # The client's pages are one object that changes: each is read before the next.
    pages = [[channel["name"] for channel in page["channels"]] for page in web.conversations_list(limit=1, types="public_channel")]
    equal(sorted(pages), [["general"], ["sales"], ["support"]])


@day.step("waits out a 429 by itself")
def _():
    sim.act("faults", on="chat.postMessage", fault={"rate_limited": 1}, times=1)
    web.chat_postMessage(channel=sales, text="Patience")
    equal([call["status"] for call in sim.calls("chat.postMessage")[-2:]], [429, 200])


@day.step("uploads a file")
def _():
    content = 'customer,complaint\nAcme,"late & wrong"\n'
    done = web.files_upload_v2(channel=sales, filename="list.csv", content=content, initial_comment="The list")
    shared = until("the file", lambda: sim.message("The list"))
    equal([shared["files"][0]["id"], shared["files"][0]["name"]], [done["file"]["id"], "list.csv"])
    with urllib.request.urlopen(f"{sim.url}/sim/files/{done['file']['id']}") as kept:
        equal(kept.read().decode(), content)


@day.step("moves to a new line when asked, and hears on it")
def _():
    sim.act("lines", farewell="refresh_requested")
    greetings.take("a second hello")
    ts = sim.say("still there?")["ts"]
    event("message", "the message after the farewell", lambda heard: heard["ts"] == ts)


day.end(sim)
