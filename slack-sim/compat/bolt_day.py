"""An app on Bolt, and the part of its day that is the same over Socket Mode and over HTTP."""

import re
import time

from slack_bolt import App
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from sim import VIEWS, Day, Sim, equal, until


def listen(app: App) -> None:
    """What the app does."""

    @app.message(re.compile(r"^echo (.*)"))
    def echo(context, say):
        say(f"You said: {context['matches'][0]}")

    @app.event("app_mention")
    def mentioned(say):
        say(text="A customer waits.", blocks=VIEWS["message"])

    @app.event("message")
    def other_messages():
        pass

    @app.command("/heard")
    def heard(ack, command, respond):
        ack(f"Heard: {command['text']}")
        respond(response_type="in_channel", text=f"Somebody said: {command['text']}")

    @app.action("done")
    def done(ack, action, respond):
        ack()
        respond(replace_original=True, text=f"Nobody waits for {action['value']}.")

    @app.action("later")
    def later(ack, body, client):
        ack()
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="They wait.", blocks=[])

    @app.options("customer")
    def customers(ack, payload):
        ack(options=[option for option in VIEWS["options"] if option["value"].startswith(payload["value"])])

    @app.action("customer")
    def customer(ack, action, respond):
        ack()
        respond(f"It is {action['selected_option']['text']['text']}.")

    @app.shortcut("tell")
    def tell(ack, client, shortcut):
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=VIEWS["modal"])

    @app.action("rename")
    def rename(ack, body, client):
        ack()
        view = VIEWS["modal"] | {"title": {"type": "plain_text", "text": "Tell us more"}}
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    @app.action("detail")
    def detail(ack, body, client):
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=VIEWS["detail"])

    @app.view("tell")
    def told(ack, body, client, view):
        text = view["state"]["values"]["words"]["text"]["value"]
        if len(text) < 5:
            ack(response_action="errors", errors={"words": "Say more."})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"Told: {text}")

    @app.view_closed("tell")
    def closed(ack, body, client):
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"Closed, cleared: {body['is_cleared']}")

    @app.event("app_home_opened")
    def home(client, event):
        client.views_publish(user_id=event["user"], view=VIEWS["home"])


def steps(day: Day, sim: Sim, app: App) -> None:
    """What people do with it."""
    bot = sim.get("workspace")["bot"]["name"]

    def aside(text: str):
        return [one for one in sim.get("people/lee/ephemeral?channel=sales") if one["text"] == text]

    def whispered(text: str):
        return [one for one in sim.get("channels/@lee/messages") if one["text"] == text]

    def ask() -> dict:
        """Mentions the app; answers where its buttons are."""
        ts = sim.say(f"@{bot}, who waits?")["ts"]

        def answer():
            return [one for one in sim.messages() if one["ts"] > ts and one["text"] == "A customer waits."]

        return {"ts": until("an answer to the mention", answer)[0]["ts"]}

    def open_modal() -> str:
        equal(sim.act("shortcut", user="lee", callback_id="tell")["ok"], True)
        return sim.modals(1)[0]["id"]

    @day.step("hears a message and answers")
    def _():
        sim.say("echo fish & chips")
        until("the answer", lambda: sim.message("You said: fish &amp; chips"))

    @day.step("hears each message once")
    def _():
        sim.say("echo once")
        until("the answer", lambda: sim.message("You said: once"))
        # An event that was not acknowledged would come again a second after Slack's three.
        time.sleep(4.5)
        equal(len([one for one in sim.messages() if one["text"] == "You said: once"]), 1)

    @day.step("answers a slash command, at once and later")
    def _():
        seen = sim.act("command", user="lee", channel="sales", command="/heard", text="the invoice is wrong")
        equal([seen["ok"], seen["seen"]["text"]], [True, "Heard: the invoice is wrong"])
        until("the later answer", lambda: sim.message("Somebody said: the invoice is wrong"))

    @day.step("answers a press by response_url")
    def _():
        where = ask()
        equal(sim.press(where, "choices", "done")["ok"], True)
        equal(until("the replaced text", lambda: sim.message("Nobody waits for 42."))["ts"], where["ts"])

    @day.step("answers a press by chat.update")
    def _():
        where = ask()
        equal(sim.press(where, "choices", "later")["ok"], True)
        equal(until("the changed text", lambda: sim.message("They wait."))["ts"], where["ts"])

    @day.step("suggests options and hears the choice")
    def _():
        where = ask()
        typed = {"user": "lee", "channel": "sales", "block_id": "choices", "action_id": "customer", "value": "acr"}
        equal(sim.act("suggest", **where, **typed)["options"], VIEWS["options"][1:])
        equal(sim.press(where, "choices", "customer", value="acre")["ok"], True)
        until("the answer to the choice", lambda: aside("It is Acre."))

    @day.step("opens a modal by a shortcut, and hears it closed")
    def _():
        view_id = open_modal()
        sim.act("close", user="lee", view_id=view_id, all=True)
        sim.modals(0)
        until("word of the close", lambda: whispered("Closed, cleared: True"))

    @day.step("updates the modal and pushes another")
    def _():
        view_id = open_modal()
        equal(sim.press({"view_id": view_id}, "more", "rename")["ok"], True)
        until("the new title", lambda: sim.modals(1)[0]["title"]["text"] == "Tell us more")
        equal(sim.press({"view_id": view_id}, "more", "detail")["ok"], True)
        above = sim.modals(2)[1]
        equal([above["callback_id"], above["previous_view_id"]], ["detail", view_id])
        sim.act("close", user="lee", view_id=above["id"])
        equal([view["id"] for view in sim.modals(1)], [view_id])

    @day.step("refuses a submission, then takes the next")
    def _():
        view_id = sim.modals(1)[0]["id"]
        refused = sim.submit(view_id, "bad")
        equal([refused["ok"], refused["errors"]], [False, {"words": "Say more."}])
        equal(sim.submit(view_id, "the invoice is wrong")["ok"], True)
        sim.modals(0)
        until("word of the submission", lambda: whispered("Told: the invoice is wrong"))

    @day.step("publishes a home when it is opened")
    def _():
        sim.act("home", user="lee")
        home = until("the home", lambda: sim.views()["home"])
        equal(home["blocks"][0]["text"]["text"], "Welcome home.")

    @day.step("reads all pages, waits out a 429, uploads a file")
    def _():
        client = app.client
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
        names = []
        for page in client.conversations_list(limit=2, types="public_channel"):
            names += [channel["name"] for channel in page["channels"]]
        equal(sorted(names), ["general", "sales", "support"])
        sim.act("faults", on="users.info", fault={"rate_limited": 1}, times=1)
        equal(client.users_info(user=sim.person("lee"))["user"]["name"], "lee")
        client.files_upload_v2(channel=sim.channel("sales"), filename="list.txt", content="Acme\n", initial_comment="The list")
        equal(until("the file", lambda: sim.message("The list"))["files"][0]["name"], "list.txt")
