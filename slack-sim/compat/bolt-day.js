// An app on Bolt, and the part of its day that is the same over Socket Mode and over HTTP.
'use strict';
const assert = require('node:assert/strict');
const { until } = require('./sim.js');
const { detail, home, message, modal, options } = require('./views.json');

/** What the app does. */
function listen(app) {
  app.message(/^echo (.*)/, ({ context, say }) => say(`You said: ${context.matches[1]}`));
  app.event('app_mention', ({ say }) => say({ text: 'A customer waits.', blocks: message }));
  app.command('/heard', async ({ ack, command, respond }) => {
    await ack(`Heard: ${command.text}`);
    await respond({ response_type: 'in_channel', text: `Somebody said: ${command.text}` });
  });
  app.action('done', async ({ ack, action, respond }) => {
    await ack();
    await respond({ replace_original: true, text: `Nobody waits for ${action.value}.` });
  });
  app.action('later', async ({ ack, body, client }) => {
    await ack();
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'They wait.', blocks: [] });
  });
  app.options('customer', ({ ack, payload }) => {
    return ack({ options: options.filter((option) => option.value.startsWith(payload.value)) });
  });
  app.action('customer', async ({ ack, action, respond }) => {
    await ack();
    await respond(`It is ${action.selected_option.text.text}.`);
  });
  app.shortcut('tell', async ({ ack, client, shortcut }) => {
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: modal });
  });
  app.action('rename', async ({ ack, body, client }) => {
    await ack();
    const title = { type: 'plain_text', text: 'Tell us more' };
    await client.views.update({ view_id: body.view.id, hash: body.view.hash, view: { ...modal, title } });
  });
  app.action('detail', async ({ ack, body, client }) => {
    await ack();
    await client.views.push({ trigger_id: body.trigger_id, view: detail });
  });
  app.view('tell', async ({ ack, body, client, view }) => {
    const text = view.state.values.words.text.value;
    if (text.length < 5) return ack({ response_action: 'errors', errors: { words: 'Say more.' } });
    await ack();
    return client.chat.postMessage({ channel: body.user.id, text: `Told: ${text}` });
  });
  app.view({ callback_id: 'tell', type: 'view_closed' }, async ({ ack, body, client }) => {
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `Closed, cleared: ${body.is_cleared}` });
  });
  app.event('app_home_opened', ({ client, event }) => client.views.publish({ user_id: event.user, view: home }));
}

/** What people do with it. */
async function steps(step, sim, app) {
  const { bot } = await sim.get('workspace');
  const lee = (await sim.get('people')).find((person) => person.name === 'lee');
  const aside = async (text) => {
    return (await sim.get('people/lee/ephemeral?channel=sales')).find((message) => message.text === text);
  };
  const whispered = async (text) => {
    return (await sim.get('channels/@lee/messages')).find((message) => message.text === text);
  };
  const ask = async () => {
    const { ts } = await sim.say(`@${bot.name}, who waits?`);
    const answer = await until('an answer to the mention', async () => {
      return (await sim.messages()).find((message) => message.ts > ts && message.text === 'A customer waits.');
    });
    return { ts: answer.ts };
  };
  const modals = async (count) => {
    return until(`${count} modals`, async () => {
      const { modals } = await sim.views();
      return modals.length === count && modals;
    });
  };
  const open = async () => {
    assert.equal((await sim.act('shortcut', { user: 'lee', callback_id: 'tell' })).ok, true);
    return (await modals(1))[0].id;
  };
  const submit = (view_id, text) => sim.act('submit', { user: 'lee', view_id, values: { words: { text } } });

  await step('hears a message and answers', async () => {
    await sim.say('echo fish & chips');
    await until('the answer', () => sim.message('You said: fish &amp; chips'));
  });

  await step('hears each message once', async () => {
    await sim.say('echo once');
    await until('the answer', () => sim.message('You said: once'));
    // An event that was not acknowledged would come again a second after Slack's three.
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    assert.equal((await sim.messages()).filter((message) => message.text === 'You said: once').length, 1);
  });

  await step('answers a slash command, at once and later', async () => {
    const seen = await sim.act('command', { user: 'lee', channel: 'sales', command: '/heard', text: 'the invoice is wrong' });
    assert.deepEqual([seen.ok, seen.seen?.text], [true, 'Heard: the invoice is wrong']);
    await until('the later answer', () => sim.message('Somebody said: the invoice is wrong'));
  });

  await step('answers a press by response_url', async () => {
    const { ts } = await ask();
    assert.equal((await sim.press({ ts }, 'choices', 'done')).ok, true);
    assert.equal((await until('the replaced text', () => sim.message('Nobody waits for 42.'))).ts, ts);
  });

  await step('answers a press by chat.update', async () => {
    const { ts } = await ask();
    assert.equal((await sim.press({ ts }, 'choices', 'later')).ok, true);
    assert.equal((await until('the changed text', () => sim.message('They wait.'))).ts, ts);
  });

  await step('suggests options and hears the choice', async () => {
    const { ts } = await ask();
    const typed = { user: 'lee', channel: 'sales', ts, block_id: 'choices', action_id: 'customer', value: 'acr' };
    assert.deepEqual((await sim.act('suggest', typed)).options, options.slice(1));
    assert.equal((await sim.press({ ts }, 'choices', 'customer', { value: 'acre' })).ok, true);
    await until('the answer to the choice', () => aside('It is Acre.'));
  });

  await step('opens a modal by a shortcut, and hears it closed', async () => {
    const view_id = await open();
    await sim.act('close', { user: 'lee', view_id, all: true });
    await modals(0);
    await until('word of the close', () => whispered('Closed, cleared: true'));
  });

  await step('updates the modal and pushes another', async () => {
    const view_id = await open();
    assert.equal((await sim.press({ view_id }, 'more', 'rename')).ok, true);
    await until('the new title', async () => (await modals(1))[0].title.text === 'Tell us more');
    assert.equal((await sim.press({ view_id }, 'more', 'detail')).ok, true);
    const [, above] = await modals(2);
    assert.deepEqual([above.callback_id, above.previous_view_id], ['detail', view_id]);
    await sim.act('close', { user: 'lee', view_id: above.id });
    assert.deepEqual((await modals(1)).map((view) => view.id), [view_id]);
  });

  await step('refuses a submission, then takes the next', async () => {
    const [{ id }] = await modals(1);
    const refused = await submit(id, 'bad');
    assert.deepEqual([refused.ok, refused.errors], [false, { words: 'Say more.' }]);
    assert.equal((await submit(id, 'the invoice is wrong')).ok, true);
    await modals(0);
    await until('word of the submission', () => whispered('Told: the invoice is wrong'));
  });

  await step('publishes a home when it is opened', async () => {
    await sim.act('home', { user: 'lee' });
    const home = await until('the home', async () => (await sim.views()).home);
    assert.equal(home.blocks[0].text.text, 'Welcome home.');
  });

  await step('reads all pages, waits out a 429, uploads a file', async () => {
    const { client } = app;
    const names = [];
    for await (const page of client.paginate('conversations.list', { limit: 2, types: 'public_channel' })) {
      names.push(...page.channels.map((channel) => channel.name));
    }
    assert.deepEqual(names.sort(), ['general', 'sales', 'support']);
    await sim.act('faults', { on: 'users.info', fault: { rate_limited: 1 }, times: 1 });
    assert.equal((await client.users.info({ user: lee.id })).user.name, 'lee');
    const sales = (await sim.get('channels')).find((channel) => channel.name === 'sales').id;
    await client.filesUploadV2({ channel_id: sales, filename: 'list.txt', content: 'Acme\n', initial_comment: 'The list' });
    assert.equal((await until('the file', () => sim.message('The list'))).files[0].name, 'list.txt');
  });
}

module.exports = { listen, steps };
