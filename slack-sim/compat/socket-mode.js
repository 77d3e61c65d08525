// A day of @slack/socket-mode: envelopes as they come, acknowledged by hand.
'use strict';
const assert = require('node:assert/strict');
const { LogLevel, SocketModeClient } = require('@slack/socket-mode');
const { WebClient } = require('@slack/web-api');
const { Heard, day, until, within } = require('./sim.js');
const { detail, home, message, modal, options } = require('./views.json');

day('@slack/socket-mode', async (step, start) => {
  const sim = await start();
  const clientOptions = { slackApiUrl: sim.apiUrl };
  const web = new WebClient(sim.botToken, clientOptions);
  const line = new SocketModeClient({
    appToken: sim.appToken,
    logLevel: LogLevel.ERROR,
    // It also says how long the client waits before it connects anew.
    clientPingTimeout: 500,
    clientOptions,
  });
  const sales = (await sim.get('channels')).find((channel) => channel.name === 'sales').id;
  const messages = new Heard();
  const homes = new Heard();
  const commands = new Heard();
  const interactions = new Heard();
  line.on('message', (envelope) => messages.put(envelope));
  line.on('app_home_opened', (envelope) => homes.put(envelope));
  line.on('slash_commands', (envelope) => commands.put(envelope));
  line.on('interactive', (envelope) => interactions.put(envelope));

  /** Acts, lets `answer` handle the interaction of this type that comes of it, and answers what came back to the person. */
  async function interact(type, act, answer) {
    const [done] = await Promise.all([
      act(),
      interactions.take(`an interaction of type ${type}`).then((envelope) => {
        assert.equal(envelope.body.type, type);
        return answer(envelope);
      }),
    ]);
    return done;
  }

  await step('connects and is greeted', async () => {
    await within(line.start(), 'hello');
    assert.equal((await sim.get('workspace')).lines, 1);
  });

  await step('hears a message and acknowledges it', async () => {
    const { ts } = await sim.say('good morning');
    const { ack, body, event, retry_num, accepts_response_payload } = await messages.take('a message');
    await ack();
    assert.deepEqual([event.ts, event.text, event.channel_type], [ts, 'good morning', 'channel']);
    assert.deepEqual([body.type, body.event.user, retry_num, accepts_response_payload], ['event_callback', event.user, 0, false]);
    // Slack would say it again after three seconds.
    await until('the acknowledgement', async () => (await sim.get('traffic')).some((row) => row.way === 'in' && row.kind === 'ack'));
  });

  await step('answers a slash command', async () => {
    const [seen] = await Promise.all([
      sim.act('command', { user: 'lee', channel: 'sales', command: '/heard', text: 'price < 3 & rising' }),
      commands.take('a command').then(({ ack, body, accepts_response_payload }) => {
        assert.equal(accepts_response_payload, true);
        return ack({ text: `${body.command}: ${body.text}` });
      }),
    ]);
    assert.equal(seen.ok, true);
    assert.equal(seen.seen.text, '/heard: price &lt; 3 &amp; rising');
  });

  await step('answers a press by response_url', async () => {
    const { ts } = await web.chat.postMessage({ channel: sales, text: 'A customer waits.', blocks: message });
    const pressed = await interact('block_actions', () => sim.press({ ts }, 'choices', 'done'), async ({ ack, body }) => {
      assert.deepEqual([body.actions[0].action_id, body.actions[0].value, body.container.message_ts], ['done', '42', ts]);
      await ack();
      const answer = JSON.stringify({ replace_original: true, text: 'Nobody waits.' });
      const sent = await fetch(body.response_url, { method: 'POST', body: answer, headers: { 'content-type': 'application/json' } });
      assert.deepEqual([sent.status, await sent.text()], [200, 'ok']);
    });
    assert.equal(pressed.ok, true);
    assert.equal((await until('the new text', () => sim.message('Nobody waits.'))).ts, ts);
  });

  await step('suggests options', async () => {
    const { ts } = await web.chat.postMessage({ channel: sales, text: 'Another waits.', blocks: message });
    const asked = { user: 'lee', channel: 'sales', ts, block_id: 'choices', action_id: 'customer', value: 'ac' };
    const suggested = await interact('block_suggestion', () => sim.act('suggest', asked), ({ ack, body }) => {
      assert.deepEqual([body.action_id, body.value], ['customer', 'ac']);
      return ack({ options });
    });
    assert.deepEqual(suggested.options.map((option) => option.value), ['acme', 'acre']);
    const chosen = await interact('block_actions', () => sim.press({ ts }, 'choices', 'customer', { value: 'acme' }), ({ ack, body }) => {
      assert.equal(body.actions[0].selected_option.value, 'acme');
      return ack();
    });
    assert.equal(chosen.ok, true);
  });

  await step('opens a modal by a shortcut', async () => {
    const done = await interact('shortcut', () => sim.act('shortcut', { user: 'lee', callback_id: 'tell' }), async ({ ack, body }) => {
      assert.equal(body.callback_id, 'tell');
      await ack();
      const { view } = await web.views.open({ trigger_id: body.trigger_id, view: modal });
      assert.equal(view.callback_id, 'tell');
      const again = await web.views.open({ trigger_id: body.trigger_id, view: modal }).catch((error) => error);
      assert.equal(again.data?.error, 'exchanged_trigger_id');
    });
    assert.equal(done.ok, true);
    assert.equal((await until('the modal', async () => (await sim.views()).modals[0])).title.text, 'Tell us');
  });

  await step('updates the modal, pushes another, and hears it closed', async () => {
    const [{ id: view_id }] = (await sim.views()).modals;
    await interact('block_actions', () => sim.press({ view_id }, 'more', 'rename'), async ({ ack, body }) => {
      await ack();
      const { id, hash } = body.view;
      const title = { type: 'plain_text', text: 'Tell us more' };
      await web.views.update({ view_id: id, hash, view: { ...modal, title } });
      const late = await web.views.update({ view_id: id, hash, view: modal }).catch((error) => error);
      assert.equal(late.data?.error, 'hash_conflict');
    });
    assert.equal((await until('the new title', async () => (await sim.views()).modals.at(-1))).title.text, 'Tell us more');
    await interact('block_actions', () => sim.press({ view_id }, 'more', 'detail'), async ({ ack, body }) => {
      await ack();
      await web.views.push({ trigger_id: body.trigger_id, view: { ...detail, notify_on_close: true } });
    });
    const [below, above] = await until('two modals', async () => {
      const { modals } = await sim.views();
      return modals.length === 2 && modals;
    });
    assert.deepEqual([above.previous_view_id, above.root_view_id], [below.id, below.id]);
    await interact('view_closed', () => sim.act('close', { user: 'lee', view_id: above.id }), ({ ack, body }) => {
      assert.deepEqual([body.view.id, body.is_cleared], [above.id, false]);
      return ack();
    });
    assert.deepEqual((await sim.views()).modals.map((view) => view.id), [below.id]);
  });

  await step('refuses a submission, then takes the next', async () => {
    const [{ id: view_id }] = (await sim.views()).modals;
    const submit = (text) => () => sim.act('submit', { user: 'lee', view_id, values: { words: { text } } });
    const refused = await interact('view_submission', submit('bad'), ({ ack }) => {
      return ack({ response_action: 'errors', errors: { words: 'Say more.' } });
    });
    assert.deepEqual([refused.ok, refused.errors], [false, { words: 'Say more.' }]);
    assert.equal((await sim.views()).modals.length, 1);
    const taken = await interact('view_submission', submit('the invoice is wrong'), ({ ack, body }) => {
      assert.equal(body.view.state.values.words.text.value, 'the invoice is wrong');
      return ack();
    });
    assert.equal(taken.ok, true);
    assert.deepEqual((await sim.views()).modals, []);
  });

  await step('publishes a home when it is opened', async () => {
    await sim.act('home', { user: 'lee' });
    const { ack, event } = await homes.take('app_home_opened');
    await ack();
    assert.equal(event.tab, 'home');
    await web.views.publish({ user_id: event.user, view: home });
    assert.equal((await sim.views()).home.blocks[0].text.text, 'Welcome home.');
  });

  await step('moves to a new line when asked, and hears on it', async () => {
    const connected = within(new Promise((resolve) => line.once('connected', resolve)), 'a second hello');
    await sim.act('lines', { farewell: 'refresh_requested' });
    await connected;
    // What this app posted itself was heard too, and is not waited for.
    await sim.say('still there?');
    for (;;) {
      const { ack, event } = await messages.take('the message after the farewell');
      await ack();
      if (event.text === 'still there?') break;
    }
  });

  await within(line.disconnect(), 'the end of the line');
});
