"""A day of slack_bolt over Socket Mode."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.web import WebClient

from bolt_day import listen, steps
from sim import Day, Heard, Sim, equal, until

sim = Sim()
day = Day("slack_bolt, Socket Mode")
app = App(client=WebClient(token=sim.bot_token, base_url=sim.api_url))
listen(app)
handler = SocketModeHandler(app, sim.app_token, web_client=WebClient(base_url=sim.api_url))
greetings = Heard()
handler.client.message_listeners.append(lambda _, message, raw: greetings.put(message) if message.get("type") == "hello" else None)


@day.step("connects and is greeted")
def _():
    handler.connect()
    greetings.take("hello")
    equal(sim.get("workspace")["lines"], 1)


steps(day, sim, app)


@day.step("moves to a new line when asked, and hears on it")
def _():
    sim.act("lines", farewell="refresh_requested")
    greetings.take("a second hello")
    sim.say("echo after the farewell")
    until("an answer on the new line", lambda: sim.message("You said: after the farewell"))


day.end(sim)
